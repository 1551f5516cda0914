// The search engine as a built site ships it, without a browser.
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';

/**
 * The engine of an output folder, and `load`, which reads a file of its index. `change` may alter what a file holds, and
 * notes what is asked for.
 */
export function engine(output, change = (name, value) => value) {
  const context = vm.createContext({ setTimeout, clearTimeout });
  context.self = context;
  const run = (part) => {
    const name = fs.readdirSync(path.join(output, 'assets')).find((file) => file.startsWith(`search-${part}.`));
    vm.runInContext(fs.readFileSync(path.join(output, 'assets', name), 'latin1'), context, { filename: name });
  };
  run('core');
  const load = async (name, stamp) => {
    const text = fs.readFileSync(path.join(output, 'search', `${name}.js`), 'latin1');
    let got;
    vm.runInNewContext(text, {
      sh: (mark, ...data) => {
        got = { mark, data };
      },
      studyhallIndex: (format, build, pages, fields) => {
        got = { data: { format, build, pages, fields } };
      },
    });
    if (stamp !== undefined && got.mark !== stamp) throw { stale: true };
    return change(name, got.data, text.length);
  };
  const more = () => {
    if (!context.StudyhallSearch.extras) run('more');
    return context.StudyhallSearch.extras;
  };
  return { core: context.StudyhallSearch, load, more };
}

/**
 * A `load` whose host answers turn by turn: `answer` is given what answers all that was asked for until it is called. `turns` has
 * the files of each turn, { name, stamp }.
 */
export function inTurns(load, answer) {
  const turns = [];
  let asked = [];
  const slow = async (name, stamp) => {
    if (!asked.length) {
      answer(() => {
        const turn = asked;
        asked = [];
        turns.push(turn.map((one) => one.file));
        for (const { go } of turn) go();
      });
    }
    await new Promise((go) => {
      asked.push({ file: { name, stamp }, go });
    });
    return load(name, stamp);
  };
  return { load: slow, turns };
}
