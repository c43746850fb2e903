//! The records of other collections that point to this one.

use crate::state::Signal;
use crate::{
    model::{Collection, Operator},
    ui::{
        components::section,
        context::Ui,
        dom::{View, dynamic},
        list_address::{FilterTerm, ListAddress},
        route::Route,
    },
};
use std::rc::Rc;

/// How many are shown before the link to all of them.
const SHOWN: usize = 5;

/// One section for each relation that leads here.
pub fn related(ui: Ui, name: &str, id: &str) -> View {
    let mut sections = Vec::new();
    for collection in ui.services.collections().iter() {
        for (field, _) in collection.relations().filter(|(_, to)| *to == name) {
            let term = FilterTerm { field: field.name.clone(), operator: Operator::Is, value: id.to_owned() };
            sections.push(relation(ui, Rc::clone(collection), term));
        }
    }
    sections.into()
}

fn relation(ui: Ui, collection: Rc<Collection>, term: FilterTerm) -> View {
    let address = ListAddress { filters: vec![term], ..ListAddress::default() };
    let query = address.query(&collection);
    let list = ui.services.list(&collection.name, Signal::derive(move || query.clone()));
    let all = ui.bar.list_href(&Route::List(collection.name.clone()), &address);
    dynamic(move || section(ui, &collection, &list, SHOWN, &all))
}
