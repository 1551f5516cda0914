/* Simplified characters for traditional ones. */
import { P, Bits, golomb } from "./engine.js";

P.simplifier = function () {
  var index = this;
  return this.get("simplified", undefined, function (data) {
    var at = data[0].indexOf(" "), bits = new Bits(data[0].slice(at + 1)), from = 0x3400, table = new Map();
    // The same for texts whose characters stay in their places; what would become longer is named apart.
    var rules = ["", ""];
    for (var i = 0; i < +data[0].slice(0, at); i++) {
      from += golomb(bits, 2);
      var to = bits.raw(18);
      table.set(from, to);
      if (from < 0x10000) rules[to < 0x10000 ? 0 : 1] += String.fromCharCode(from);
    }
    table.rule = new RegExp("[" + rules[0] + "]", "g");
    table.longer = new RegExp("[" + rules[1] + "]");
    index.simplified = table;
    return table;
  });
};
