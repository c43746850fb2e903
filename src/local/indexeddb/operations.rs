//! The four operations of a disk, each as one `IndexedDB` transaction on an open connection.

use super::{
    connection::{COMMITS, Connection},
    failure::Failure,
    row::{Columns, read_number, write_key},
    run::{Refusal, Run},
};
use crate::local::disk::{Check, Commit, Database, DiskError, Key, Rows, Stored, Table, Transaction, Write};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::JsValue;
use web_sys::{IdbKeyRange, IdbRequest, IdbTransaction};

/// The key of the commit number in its object store.
const COMMIT_SEQ: &str = "seq";

/// Checks, then writes, then counts the commit.
///
/// # Errors
/// What was wrong with the transaction, the disk or the connection.
pub async fn transact(connection: &Connection, transaction: &Rc<Transaction>) -> Result<Commit, Failure> {
    let writing = !transaction.writes.is_empty();
    let (run, settled) = Run::begin(connection, writing.then_some(transaction.durability))?;
    let batch = Rc::new(Batch {
        transaction: Rc::clone(transaction),
        appended: RefCell::default(),
        commit_seq: Cell::default(),
    });
    if let Err(exception) = batch.issue(&run) {
        run.call_off(exception.into());
    }
    settled.wait().await?;
    Ok(batch.commit())
}

/// All rows of a table and the commit number, as of one moment.
///
/// # Errors
/// What was wrong with the disk or the connection.
pub async fn scan(connection: &Connection, table: Table) -> Result<(Rows, u64), Failure> {
    let [keys, rows, seq] = read(connection, |transaction| {
        let store = transaction.object_store(table.name())?;
        Ok([store.get_all_keys()?, store.get_all()?, get_seq(transaction)?])
    })
    .await?;
    Ok((Columns::new().read_all(&keys, &rows), read_number(&seq)))
}

/// One row.
///
/// # Errors
/// What was wrong with the disk or the connection.
pub async fn get(connection: &Connection, table: Table, key: &Key) -> Result<Option<Stored>, Failure> {
    let [row] =
        read(connection, |transaction| Ok([transaction.object_store(table.name())?.get(&write_key(key))?])).await?;
    Ok((!row.is_undefined()).then(|| Columns::new().read(&row)))
}

/// Empties all tables, and counts the commit.
///
/// # Errors
/// What was wrong with the disk or the connection.
pub async fn clear(connection: &Connection, database: Database) -> Result<(), Failure> {
    let (run, settled) = Run::begin(connection, Some(Transaction::new(database).durability))?;
    let issued = get_seq(run.transaction()).map(|seq| {
        let answered = seq.clone();
        run.after(seq, Box::new(move |transaction| Ok(empty(transaction, database, &answered)?)));
    });
    if let Err(exception) = issued {
        run.call_off(exception.into());
    }
    settled.wait().await
}

fn empty(transaction: &IdbTransaction, database: Database, seq: &IdbRequest) -> Result<(), JsValue> {
    for table in Table::ALL.into_iter().filter(|table| table.database() == database) {
        transaction.object_store(table.name())?.clear()?;
    }
    put_seq(transaction, read_number(&seq.result()?) + 1)
}

/// Makes some requests in a transaction that only reads, and hands over their results.
async fn read<const N: usize>(
    connection: &Connection,
    requests: impl FnOnce(&IdbTransaction) -> Result<[IdbRequest; N], JsValue>,
) -> Result<[JsValue; N], Failure> {
    let (run, settled) = Run::begin(connection, None)?;
    let requests = requests(run.transaction());
    if let Err(exception) = &requests {
        run.call_off(exception.clone().into());
    }
    settled.wait().await?;
    let requests = requests.map_err(|exception| Failure::new(&exception, false))?;
    Ok(requests.map(|request| request.result().unwrap_or_default()))
}

fn get_seq(transaction: &IdbTransaction) -> Result<IdbRequest, JsValue> {
    transaction.object_store(COMMITS)?.get(&COMMIT_SEQ.into())
}

fn put_seq(transaction: &IdbTransaction, seq: u64) -> Result<(), JsValue> {
    transaction.object_store(COMMITS)?.put_with_key(&write_key(&Key::Number(seq)), &COMMIT_SEQ.into()).map(drop)
}

/// A transaction under way: what it asked, and what it will answer.
struct Batch {
    transaction: Rc<Transaction>,
    appended: RefCell<Vec<IdbRequest>>,
    commit_seq: Cell<u64>,
}

impl Batch {
    /// Asks for every row to check and for the commit number; the rest follows when they are known.
    fn issue(self: &Rc<Self>, run: &Run) -> Result<(), JsValue> {
        let ask = |check: &Check| match check {
            Check::Clear(table, key, _) => run.transaction().object_store(table.name())?.get(&write_key(key)),
            Check::Absent(table, key) => run.transaction().object_store(table.name())?.get_key(&write_key(key)),
        };
        let rows = self.transaction.checks.iter().map(ask).collect::<Result<Vec<_>, _>>()?;
        let seq = get_seq(run.transaction())?;
        let (batch, answered) = (Rc::clone(self), seq.clone());
        let then = move |transaction: &IdbTransaction| {
            batch.verify(&rows)?;
            Ok(batch.write(transaction, read_number(&answered.result()?))?)
        };
        run.after(seq, Box::new(then));
        Ok(())
    }

    fn verify(&self, rows: &[IdbRequest]) -> Result<(), Refusal> {
        let columns = Columns::new();
        for (index, (check, row)) in self.transaction.checks.iter().zip(rows).enumerate() {
            let row = row.result()?;
            let holds = match check {
                Check::Clear(_, _, clear) => columns.read_clear(&row).is_some_and(|found| found == *clear),
                Check::Absent(..) => row.is_undefined(),
            };
            if !holds {
                return Err(Refusal::Ours(DiskError::CheckFailed(index)));
            }
        }
        Ok(())
    }

    fn write(&self, transaction: &IdbTransaction, commit_seq: u64) -> Result<(), JsValue> {
        let writes = &self.transaction.writes;
        self.commit_seq.set(commit_seq + u64::from(!writes.is_empty()));
        if writes.is_empty() {
            return Ok(());
        }
        let columns = Columns::new();
        writes.iter().try_for_each(|write| self.apply(transaction, &columns, write))?;
        put_seq(transaction, self.commit_seq.get())
    }

    fn apply(&self, transaction: &IdbTransaction, columns: &Columns, write: &Write) -> Result<(), JsValue> {
        let store = |table: &Table| transaction.object_store(table.name());
        match write {
            Write::Append(table, stored) => {
                let request = store(table)?.add(&columns.write(stored)?)?;
                self.appended.borrow_mut().push(request);
            }
            Write::Put(table, key, stored) => {
                store(table)?.put_with_key(&columns.write(stored)?, &write_key(key))?;
            }
            Write::Delete(table, key) => {
                store(table)?.delete(&write_key(key))?;
            }
            Write::DeleteRange(table, first, last) if first <= last => {
                store(table)?.delete(&IdbKeyRange::bound(&write_key(first), &write_key(last))?.into())?;
            }
            Write::DeleteRange(..) => {} // an empty range, which IndexedDB would refuse
        }
        Ok(())
    }

    fn commit(&self) -> Commit {
        let appended = self.appended.borrow();
        let number = |request: &IdbRequest| read_number(&request.result().unwrap_or_default());
        Commit { appended: appended.iter().map(number).collect(), commit_seq: self.commit_seq.get() }
    }
}
