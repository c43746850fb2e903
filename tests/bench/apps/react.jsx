// A minimal app without a cache: a virtual list of all people, whose pages are fetched as they come into view.
import { useRef } from 'react';
import { createRoot } from 'react-dom/client';
import { QueryClient, QueryClientProvider, useQueries, useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';

const PAGE = 50;
const page = (number) => ({
  queryKey: ['people', number],
  queryFn: async () => (await fetch(`/api/people-${number}.json`, { cache: 'no-store' })).json(),
  staleTime: Infinity,
});

function People() {
  const scroller = useRef(null);
  const count = useQuery(page(0)).data?.total ?? 0;
  const rows = useVirtualizer({ count, getScrollElement: () => scroller.current, estimateSize: () => 48, overscan: 5 });
  const shown = rows.getVirtualItems();
  const pages = [...new Set(shown.map((row) => Math.floor(row.index / PAGE)))];
  const answers = new Map(useQueries({ queries: pages.map(page) }).map((query, at) => [pages[at], query.data]));
  const line = (row) => {
    const person = answers.get(Math.floor(row.index / PAGE))?.items[row.index % PAGE];
    return person && (
      <div data-row key={row.key} style={{ position: 'absolute', top: row.start, height: 48 }}>
        <b>{person.name}</b> {person.email} <i>{person.city}</i>
      </div>
    );
  };
  return (
    <div ref={scroller} style={{ height: 760, overflow: 'auto' }}>
      <div style={{ position: 'relative', height: rows.getTotalSize() }}>{shown.map(line)}</div>
    </div>
  );
}

createRoot(document.getElementById('root')).render(
  <QueryClientProvider client={new QueryClient()}><People /></QueryClientProvider>,
);
