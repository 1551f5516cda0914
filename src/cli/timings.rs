//! Where the time of a build went: a table for people, the same as JSON for programs.

use std::time::Duration;

use serde_json::{Map, Value, json};
use unicode_width::UnicodeWidthStr;

use studyhall::ground::Step;
use studyhall::ground::message::Catalogue;
use studyhall::pipeline::{Stage, Timings};

/// The stage in which workers do a step.
fn stage_of(step: Step) -> Stage {
    match step {
        Step::Read | Step::Front | Step::Markdown | Step::Colour => Stage::Parse,
        Step::Ask | Step::Template | Step::Minify | Step::Put => Stage::Render,
    }
}

/// The lines of the table: each stage with its times, below it the steps of the workers in it.
pub fn table(words: &Catalogue, timings: &Timings) -> Vec<String> {
    let mut rows = vec![["timings-stage", "timings-wall", "timings-processor", "timings-count"].map(|id| words.text(id))];
    let meter = timings.meter();
    for timed in timings.stages() {
        let name = words.text(&format!("stage-{}", timed.stage.id()));
        rows.push([name, seconds(timed.wall), timed.processor.map(seconds).unwrap_or_default(), String::new()]);
        for step in Step::ALL.into_iter().filter(|step| stage_of(*step) == timed.stage && meter.count(*step) > 0) {
            let name = format!("  {}", words.text(&format!("step-{}", step.id())));
            let spent = if meter.is_clocked() { seconds(meter.spent(step)) } else { String::new() };
            rows.push([name, String::new(), spent, meter.count(step).to_string()]);
        }
    }
    let processor: Option<Duration> = timings.stages().iter().map(|timed| timed.processor).sum();
    rows.push([words.text("timings-total"), seconds(timings.total()), processor.map(seconds).unwrap_or_default(), String::new()]);
    aligned(&rows)
}

/// The first column to the left, the others to the right; a Han character is two cells wide.
fn aligned(rows: &[[String; 4]]) -> Vec<String> {
    let width = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2), width(3)];
    let line = |row: &[String; 4]| {
        let pad = |column: usize| " ".repeat(widths[column] - row[column].width());
        let line = format!("{}{}  {}{}  {}{}  {}{}", row[0], pad(0), pad(1), row[1], pad(2), row[2], pad(3), row[3]);
        line.trim_end().to_string()
    };
    rows.iter().map(line).collect()
}

fn seconds(time: Duration) -> String {
    format!("{:.3} s", time.as_secs_f64())
}

/// The same for programs.
pub fn json(timings: &Timings) -> Value {
    let meter = timings.meter();
    let stages = timings.stages().iter().map(|timed| {
        let steps: Map<String, Value> = Step::ALL
            .into_iter()
            .filter(|step| stage_of(*step) == timed.stage)
            .map(|step| {
                let spent = meter.is_clocked().then(|| meter.spent(step).as_secs_f64());
                (step.id().to_string(), json!({ "count": meter.count(step), "processor": spent }))
            })
            .collect();
        let processor = timed.processor.map(|time| time.as_secs_f64());
        json!({ "stage": timed.stage.id(), "wall": timed.wall.as_secs_f64(), "processor": processor, "steps": steps })
    });
    json!({ "stages": stages.collect::<Vec<_>>(), "wall": timings.total().as_secs_f64() })
}

/// How often each step was done.
pub fn work(timings: &Timings) -> Map<String, Value> {
    let meter = timings.meter();
    Step::ALL.into_iter().map(|step| (step.id().to_string(), json!(meter.count(step)))).collect()
}
