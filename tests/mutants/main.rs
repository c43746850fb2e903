//! Do the tests bite? Named bugs are planted into the engine one by one, and each must be found: `make mutants`.
//!
//! A bug is a small replacement of text in one source file ([`bugs`]), with the one test that guards against it. Each is
//! planted in a copy of the package below `target/mutants`, compiled there, and the test is run; found means that the
//! test fails (or does not end). First the same tests must pass without any bug. A text that is no longer found in the
//! source, a bug that does not compile and a test that does not exist are failures too, so that the list cannot rot.
//!
//! `MUTANTS_FILTER` picks bugs by a part of their names. With `MUTANTS_WIDE` set, every quick test is run against each bug,
//! and all that find it are named. The last line: `N of N planted bugs found`.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::panic, clippy::expect_used)] // a command that cannot go on must stop, and say where

mod bug;
mod bugs;
mod scratch;
mod trial;

use bug::Bug;
use scratch::Scratch;
use std::time::Instant;
use trial::{QUICK, Verdict};

fn main() {
    let filter = std::env::var("MUTANTS_FILTER").unwrap_or_default();
    let wide = std::env::var_os("MUTANTS_WIDE").is_some_and(|value| !value.is_empty());
    let chosen: Vec<&Bug> = bugs::all().into_iter().filter(|bug| bug.name.contains(&filter)).collect();
    let scratch = Scratch::prepare();
    let rotten = rotten(&scratch, &chosen);
    let begun = began();
    if rotten == 0 && sound(&scratch, &chosen) {
        let found = chosen.iter().filter(|bug| try_one(&scratch, bug, wide)).count();
        println!("\nin {:.0} s", begun.elapsed().as_secs_f64());
        println!("{found} of {} planted bugs found", chosen.len());
        std::process::exit(i32::from(found < chosen.len()));
    }
    println!("0 of {} planted bugs found", chosen.len());
    std::process::exit(1);
}

/// How many bugs cannot be planted any more; each is named.
fn rotten(scratch: &Scratch, bugs: &[&Bug]) -> usize {
    let mut rotten = 0;
    for bug in bugs {
        if let Err(why) = bug.planted(&scratch.original(bug.file)) {
            println!("cannot be planted: {}\n    {} {why}: mend its text in tests/mutants/bugs", bug.name, bug.file);
            rotten += 1;
        }
    }
    rotten
}

/// Whether all named tests exist and pass without any bug.
fn sound(scratch: &Scratch, bugs: &[&Bug]) -> bool {
    let mut targets: Vec<&str> = bugs.iter().map(|bug| bug.target()).collect();
    targets.sort_unstable();
    targets.dedup();
    println!("without any bug:");
    let verdicts = targets.into_iter().map(|target| {
        let mut tests: Vec<&str> = bugs.iter().filter(|bug| bug.target() == target).map(|bug| bug.test()).collect();
        tests.sort_unstable();
        tests.dedup();
        let verdict = trial::run(scratch, target, &tests);
        println!("    {target}, {} tests: {verdict}", tests.len());
        verdict == Verdict::Passed(tests.len())
    });
    verdicts.fold(true, |all, one| all & one)
}

/// Plants one bug and says what came of it.
fn try_one(scratch: &Scratch, bug: &Bug, wide: bool) -> bool {
    let began = began();
    scratch.plant(bug);
    let verdict = trial::run(scratch, bug.target(), &[bug.test()]);
    let others: Vec<(&str, Verdict)> = match wide {
        true => QUICK.iter().map(|target| (*target, trial::run(scratch, target, &[]))).collect(),
        false => Vec::new(),
    };
    scratch.mend(bug);
    let found = matches!(verdict, Verdict::Failed(_) | Verdict::Endless);
    let word = if found { "found" } else { "NOT FOUND" };
    println!("{word} in {:.1} s: {}", began.elapsed().as_secs_f64(), bug.name);
    println!("    by {} {}: {verdict}", bug.target(), bug.test());
    for (target, verdict) in others {
        println!("    {target}: {verdict}");
    }
    found
}

#[allow(clippy::disallowed_methods)] // a command outside of the page has the real clock
fn began() -> Instant {
    Instant::now()
}
