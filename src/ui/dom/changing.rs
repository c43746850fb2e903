//! Parts of a view that come and go as signals change.
//!
//! A changing part lives between two comments, so it can stand anywhere among its siblings and hold
//! other changing parts. What was made for its old content ends before the new content is made.

use super::{
    element::{El, View},
    page::{document, focus},
};
use crate::state::RwSignal;
use leptos::{
    prelude::{Owner, StoredValue, untrack},
    reactive::effect::RenderEffect,
};
use std::mem;
use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

/// Runs at once, and again whenever a signal that it read changes, until the present owner ends.
pub fn follow(run: impl FnMut() + 'static) {
    follow_boxed(Box::new(run));
}

fn follow_boxed(mut run: Box<dyn FnMut()>) {
    StoredValue::new_local(RenderEffect::new(move |_: Option<()>| run()));
}

/// A view that is built again whenever a signal that it read changes.
pub fn dynamic(view: impl Fn() -> View + 'static) -> View {
    dynamic_boxed(Box::new(view))
}

fn dynamic_boxed(view: Box<dyn Fn() -> View>) -> View {
    let (home, start, end) = (document().create_document_fragment(), mark(), mark());
    let _ = (home.append_child(&start), home.append_child(&end));
    let first = start.clone();
    follow(move || {
        let now = view();
        let Some(parent) = end.parent_node() else { return };
        while let Some(node) = start.next_sibling().filter(|node| *node != end) {
            let _ = parent.remove_child(&node);
        }
        now.0.iter().for_each(|node| drop(parent.insert_before(node, Some(&end))));
    });
    View(std::iter::successors(Some(first), Node::next_sibling).collect())
}

fn mark() -> Node {
    document().create_comment("").into()
}

/// A view that is built again only when the choice changes, however often its signals do.
pub fn choose(which: impl Fn() -> usize + 'static, view: impl Fn(usize) -> View + 'static) -> View {
    let chosen = RwSignal::new(untrack(&which));
    follow(move || {
        let now = which();
        if chosen.get_untracked() != now {
            chosen.set(now);
        }
    });
    dynamic(move || {
        let now = chosen.get();
        untrack(|| view(now))
    })
}

/// A view that is there while the condition holds.
pub fn when(holds: impl Fn() -> bool + 'static, view: impl Fn() -> View + 'static) -> View {
    choose(move || usize::from(holds()), move |holds| if holds == 1 { view() } else { View::default() })
}

/// One element a key, kept while its key stays and moved when it moves.
pub fn keyed(keys: impl Fn() -> Vec<String> + 'static, view: impl Fn(&str) -> El + 'static) -> View {
    keyed_boxed(Box::new(keys), Box::new(view))
}

struct Row {
    key: String,
    node: Node,
    owner: Owner,
}

impl Drop for Row {
    fn drop(&mut self) {
        self.owner.cleanup();
        let Some(parent) = self.node.parent_node() else { return };
        let had_focus = self.node.contains(document().active_element().as_deref());
        let _ = parent.remove_child(&self.node);
        if had_focus {
            focus(heir(parent.dyn_ref()));
        }
    }
}

/// Who takes the focus of a row that goes: what the rows stand in, else the page's heading.
fn heir(parent: Option<&Element>) -> Option<Element> {
    let around = parent.and_then(|parent| parent.closest("[tabindex]").ok()?);
    around.or_else(|| document().query_selector("main h1").ok()?)
}

fn keyed_boxed(keys: Box<dyn Fn() -> Vec<String>>, view: Box<dyn Fn(&str) -> El>) -> View {
    let (home, start, end) = (document().create_document_fragment(), mark(), mark());
    let _ = (home.append_child(&start), home.append_child(&end));
    let owner = Owner::current().unwrap_or_default();
    let mut rows: Vec<Row> = Vec::new();
    follow(move || {
        let wanted = keys();
        let mut before = mem::take(&mut rows);
        let take = |key: String| match before.iter().position(|row| row.key == key) {
            Some(at) => before.swap_remove(at),
            None => {
                let owner = owner.child();
                let node = owner.with(|| untrack(|| view(&key))).element().clone().into();
                Row { key, node, owner }
            }
        };
        rows = wanted.into_iter().map(take).collect();
        drop(before);
        place(&rows, &end);
    });
    View(std::iter::successors(Some(start), Node::next_sibling).collect())
}

/// Puts the rows before `end`, moving only those that stand elsewhere.
fn place(rows: &[Row], end: &Node) {
    let Some(parent) = end.parent_node() else { return };
    let mut next = end.clone();
    for row in rows.iter().rev() {
        if row.node.next_sibling().as_ref() != Some(&next) {
            let _ = parent.insert_before(&row.node, Some(&next));
        }
        next = row.node.clone();
    }
}
