//! What a store's database must do, whichever it is: every behaviour here is tried on SQLite and on a real
//! PostgreSQL. What only PostgreSQL can do stands in `fleet`.

mod place;
mod writing;
mod asking;
mod paging;
mod bounds;
mod hostile;
mod evidence;
mod fleet;
mod versions;
mod pages;
mod proxies;
mod measure;

pub(crate) use place::{Node, Place, all_violations, at, names, script, sum, violation_of};

/// Makes a test of each behaviour for each database. Whatever is listed is a function that takes a [`Place`].
macro_rules! on_both {
    ($($behaviour:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test]
            fn $behaviour() {
                super::$behaviour(&crate::database::Place::sqlite());
            })+
        }
        mod postgres {
            $(#[test]
            fn $behaviour() {
                super::$behaviour(&crate::database::Place::postgres());
            })+
        }
    };
}
pub(crate) use on_both;
