//! The words that the sample workspace is combined from.
//!
//! Comma-separated texts compress far better than arrays of slices, and they are split once. The
//! two lists of names hold exactly 128 names each, all different without their diacritics, so that a
//! number of fourteen bits is a name and an e-mail address of its own.

use crate::model::fold;

const FIRST: &str = "Maren,Tomás,Aiyana,Kofi,Yuki,Zoë,Björn,Siti,Łukasz,Amara,Niamh,Mateus,Søren,Ines,Rafael,Dewi,\
Anh,Chloé,Emre,Farah,Goran,Hana,Ivan,Jonas,Kamila,Leila,Mehmet,Nadia,Olu,Paula,Qiang,Rosa,\
Sven,Tariq,Ulrike,Valentina,Wayan,Ximena,Youssef,Zainab,Agus,Beatriz,Camille,Dmitri,Elif,François,Gwen,Håkon,\
Isabel,Jürgen,Katarína,Lars,Małgorzata,Noor,Oskar,Priya,Ramón,Sana,Takumi,Uma,Vikram,Wei,Xavier,Yasmin,\
Zdeněk,Adaeze,Bilal,Céline,Daniel,Eszter,Finn,Gabriela,Hiroshi,Ilse,José,Kwame,Lucía,Mónica,Nils,Orla,\
Pelé,Quentin,Rukmini,Štěpán,Thabo,Uxía,Vesna,Wanjiru,Xiu,Yara,Zuzana,Andrés,Birgitta,Chidi,Dagný,Eduardo,\
Fatima,Giulia,Henrik,Ibrahim,Jana,Kenji,Linnéa,Marek,Nomsa,Óscar,Putri,Rashid,Sofía,Teodora,Umar,Vera,\
Willem,Yusuf,Zeynep,Aoife,Bao,Carmen,Désirée,Erik,Gül,Ho-jin,Ayşe,Kaito,Lan,Mirela,Nuno,Rubén";

const LAST: &str = "Berg,Nakamura,Okafor,García,Lindqvist,O'Brien,Nowak,Silva,Müller,Wijaya,Yılmaz,Haddad,Kovačević,Nguyen,\
Dubois,Patel,Sørensen,Fernández,Popescu,Diallo,Hernández,Ivanova,Jansen,Kim,Larsen,Mbeki,Novák,Olsen,Pereira,Quispe,\
Rossi,Santos,Tanaka,Ueda,van Dijk,Weber,Xu,Yamamoto,Zhang,Achieng,Björnsdóttir,Castro,Demir,Eriksen,Fischer,\
Gomes,Horváth,Ito,Jovanović,Kaplan,Łukasik,Moreau,Nasser,Ortega,Petrov,Qureshi,Ramírez,Suzuki,Traoré,Ünal,\
Vargas,Wang,Ximenes,Yusupov,Zielińska,Abebe,Bianchi,Çelik,Dvořák,Eze,Farkas,Gupta,Hansen,Ibáñez,Jensen,Kowalczyk,\
Lefèvre,Mensah,Núñez,Öztürk,Park,Qvist,Rahman,Schäfer,Torres,Umarov,Virtanen,Wanjala,Yeo,Zamora,Andersson,Barros,\
Chukwu,Dahl,Espinoza,Fofana,Grünwald,Hoang,Ismail,Järvinen,Keller,Lopes,Marković,Ndlovu,Osei,Putra,Rojas,Şahin,\
Takahashi,Urbina,Vega,Wood,Yadav,Żak,Almeida,Bakker,Conti,Durand,Ekström,Fraser,Goh,Hassan,Iversen,Joshi,\
Kaya,Lim,MacLeod,Ødegård";

const CITIES: &str = "Bergen 47,Split 385,Lisboa 351,Surabaya 62,Göteborg 46,Valparaíso 56,Mombasa 254,Gdańsk 48,Halifax 1,\
Kobe 81,İzmir 90,Galway 353,Marseille 33,Reykjavík 354,Aarhus 45,Vigo 34,Lagos 234,Busan 82,Auckland 64,Rotterdam 31,\
Kiel 49,Genova 39,Pireás 30,Turku 358,Tallinn 372,Santos 55,Hobart 61,Makassar 62,Klaipėda 370,Málaga 34,Tromsø 47,\
Durban 27";

const ROLES: &str = "Skipper,First mate,Deckhand,Harbour pilot,Engineer,Shipwright,Sailmaker,Rigger,Surveyor,Broker,\
Dock master,Radio officer,Cook,Instructor,Accountant,Chandler";

const INDUSTRIES: &str = "Shipyard,Charter,Freight,Chandlery,Sail loft,Marina,Survey,Rescue";

const FIRMS: &str = "Shipyard,Charters,Freight,& Daughters,Sail Loft,Marina,Marine Survey,Pilots";

const SHIPS: &str = "Aurora,Albatros,Bora,Calypso,Dagmar,Estrela,Fulmar,Gannet,Halcyon,Isolde,Juno,Kittiwake,Linnea,Mistral,\
Nereid,Osprey,Petrel,Querida,Rán,Sirocco,Tern,Ulla,Vesta,Wanderer,Xenia,Ysolde,Zephyr,Bintang Laut,Mazu,Perla,Saga,Ægir";

const WORKS: &str = "Refit of,Sea trials of,Survey of,Charter of,New sails for,Engine swap on,Delivery of,Winter berth for,\
Crew training on,Rewiring of,Keel repair on,Season plan for,Insurance of,Radar for,Repainting of,Teak deck for";

const TAGS: &str = "urgent,winter,deck,engine,rigging,safety,paperwork,guests";

const VERBS: &str = "Order,Check,Replace,Clean,Measure,Book,Test,Photograph,Quote,Label,Grease,Store";

const THINGS: &str = "the winches,the bilge pumps,the life rafts,the flares,the anchor chain,the fuel filters,\
the mainsail,the shaft seal,the navigation lights,the crane,the berth,the first-aid kit,the compass,the mooring lines,\
the VHF radio,the batteries,the rudder bearings,the charts,the fenders,the stove,the heads,the standing rigging,the hatches,\
the zincs";

const SENTENCES: &str = "Prefers a call in the morning.|Keep a copy of the papers on board.|Waiting for the yard to answer.|\
Paid in full last season.|Wants the invoice in two parts.|Ask about the spare propeller.|Speaks three languages.|\
Knows every shoal between here and the fuel dock.|The forecast decides.|Two berths are enough.|\
Measured twice, the drawing is wrong.|Sent the certificate by post.|Do not book over Easter.|\
Likes short e-mails.|The old contract ends in autumn.|Needs a quiet mooring.|Bring the long hose.|\
Recommended by the harbour office.|Parts are in the blue shed.|Met at the boat show.";

const AFTERTHOUGHTS: &str =
    "Called back, all well.|Asked to be reminded next month.|Confirmed by radio.|Moved to the outer pier.";

/// The first words of names of people who are not there.
pub(super) const OTHERS: [&str; 4] = ["Maren", "Tomás", "Aiyana", "Kofi"];

/// A name, and what becomes of it in an address.
pub(super) struct Name {
    pub(super) written: &'static str,
    pub(super) plain: String,
}

impl Name {
    fn new(written: &'static str) -> Self {
        let mut plain = fold::fold(written);
        plain.retain(|letter| letter.is_ascii_alphanumeric());
        Self { written, plain }
    }
}

/// The lists, split.
pub(super) struct Words {
    pub(super) first: Vec<Name>,
    pub(super) last: Vec<Name>,
    /// Name and telephone country code, with a space between.
    pub(super) cities: Vec<&'static str>,
    pub(super) roles: Vec<&'static str>,
    pub(super) firms: Vec<&'static str>,
    pub(super) ships: Vec<&'static str>,
    pub(super) works: Vec<&'static str>,
    pub(super) tags: Vec<&'static str>,
    pub(super) verbs: Vec<&'static str>,
    pub(super) things: Vec<&'static str>,
    pub(super) sentences: Vec<&'static str>,
}

impl Words {
    pub(super) fn new() -> Self {
        Self {
            first: names(FIRST),
            last: names(LAST),
            cities: list(CITIES),
            roles: list(ROLES),
            firms: list(FIRMS),
            ships: list(SHIPS),
            works: list(WORKS),
            tags: list(TAGS),
            verbs: list(VERBS),
            things: list(THINGS),
            sentences: split(SENTENCES, '|'),
        }
    }
}

/// The options of `people.role`.
pub(super) fn roles() -> Vec<String> {
    owned(ROLES)
}

/// The options of `companies.industry`, in the order of the kinds of firm.
pub(super) fn industries() -> Vec<String> {
    owned(INDUSTRIES)
}

/// Sentences that someone adds to a note.
pub(super) fn afterthoughts() -> Vec<&'static str> {
    split(AFTERTHOUGHTS, '|')
}

fn names(words: &'static str) -> Vec<Name> {
    list(words).into_iter().map(Name::new).collect()
}

fn owned(words: &'static str) -> Vec<String> {
    list(words).into_iter().map(str::to_owned).collect()
}

fn list(words: &'static str) -> Vec<&'static str> {
    split(words, ',')
}

fn split(words: &'static str, mark: char) -> Vec<&'static str> {
    words.split(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_128_and_differ_without_their_marks() {
        let words = Words::new();
        for names in [&words.first, &words.last] {
            let plain: BTreeSet<&str> = names.iter().map(|name| name.plain.as_str()).collect();
            assert_eq!((names.len(), plain.len()), (128, 128));
        }
    }

    #[test]
    fn every_kind_of_firm_has_its_industry() {
        assert_eq!(Words::new().firms.len(), industries().len());
    }
}
