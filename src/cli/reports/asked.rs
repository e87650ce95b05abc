//! Which reports: the flags, read as the admin address reads its parameters.

use clap::Args;
use jiff::Timestamp;

use crate::cli::stop::Stop;
use crate::store::Question;

/// Which groups of reports, in which order.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Which reports")]
pub(super) struct AskedArgs {
    /// Of this site: `shop` for shop.toml.
    #[arg(long)]
    site: Option<String>,
    /// Under this page rule, as policies write its path: `/checkout/*`.
    #[arg(long, visible_alias = "page", value_name = "RULE")]
    rule: Option<String>,
    /// Of this directive: connect-src, script-src-elem …
    #[arg(long)]
    directive: Option<String>,
    /// Of these classes: policy-fault, stopped-as-meant, never-served, unjoined, forged-or-stale, notice.
    #[arg(long, value_name = "CLASSES")]
    class: Option<String>,
    /// Of this type: csp-violation, integrity-violation, script-refused, csp-hash, crash …
    #[arg(long)]
    kind: Option<String>,
    /// Whether browsers acted on it (`enforce`) or only told (`report`).
    #[arg(long)]
    disposition: Option<String>,
    /// With this text in what was blocked, in its source, or in a page.
    #[arg(long)]
    text: Option<String>,
    /// Reported since.
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Reported before.
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Never reported before.
    #[arg(long, value_name = "TIME")]
    new_since: Option<String>,
    /// The most often reported first.
    #[arg(long, conflicts_with = "new")]
    top: bool,
    /// The one first reported last first.
    #[arg(long)]
    new: bool,
    /// At most so many groups, up to 1000 [default: 50].
    #[arg(long, value_name = "N")]
    limit: Option<String>,
    /// What follows an earlier answer: the `next` that it gave.
    #[arg(long, value_name = "NEXT")]
    after: Option<String>,
}

impl AskedArgs {
    fn named(&self) -> [(&'static str, Option<&str>); 10] {
        [
            ("site", self.site.as_deref()),
            ("rule", self.rule.as_deref()),
            ("directive", self.directive.as_deref()),
            ("class", self.class.as_deref()),
            ("kind", self.kind.as_deref()),
            ("disposition", self.disposition.as_deref()),
            ("text", self.text.as_deref()),
            ("since", self.since.as_deref()),
            ("until", self.until.as_deref()),
            ("new-since", self.new_since.as_deref()),
        ]
    }

    /// Whether only a part is asked for.
    pub(super) fn narrows(&self) -> bool {
        self.named().iter().any(|(_, value)| value.is_some())
    }

    /// The question.
    pub(super) fn question(&self, now: Timestamp) -> Result<Question, Stop> {
        let order = if self.top {
            Some("top")
        } else if self.new {
            Some("new")
        } else {
            None
        };
        let more = [("order", order), ("limit", self.limit.as_deref()), ("after", self.after.as_deref())];
        let mut question = Question::everything();
        for (name, value) in self.named().into_iter().chain(more) {
            if let Some(value) = value {
                question
                    .set(name, value, now)
                    .map_err(|error| Stop::CouldNot(format!("countersign: --{error}")))?;
            }
        }
        Ok(question)
    }
}
