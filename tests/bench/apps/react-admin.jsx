// A minimal react-admin: one list of 50 rows a page. The page's data-collection says of what.
import { createRoot } from 'react-dom/client';
import { Admin, Datagrid, DateField, EmailField, List, Resource, TextField } from 'react-admin';

const data = {
  getList: async (collection, { pagination }) => {
    const answer = await fetch(`/api/${collection}-${pagination.page - 1}.json`, { cache: 'no-store' });
    const { items, total } = await answer.json();
    return { data: items, total };
  },
};

const People = () => (
  <List perPage={50}>
    <Datagrid>
      <TextField source="name" />
      <EmailField source="email" />
      <TextField source="city" />
      <DateField source="updated" />
    </Datagrid>
  </List>
);

createRoot(document.getElementById('root')).render(
  <Admin dataProvider={data} disableTelemetry>
    <Resource name={document.documentElement.dataset.collection} list={People} />
  </Admin>,
);
