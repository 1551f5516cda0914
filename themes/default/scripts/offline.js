/* Keeping pages on the phone: what was read by itself, a course by a button. Only where a browser can (reader/more.js). */
import { make, hook, root, site, kind, each, path, fill, bring, here } from "./study/shared.js";
import { say } from "./study/say.js";

const top = new URL(root || "./", location.href).href;
let worker = null;

/** Another application of the host may have its own worker for the same addresses: that one stays. */
const isFree = (registration) => !registration || registration.scope !== top
  || [registration.active, registration.waiting, registration.installing].every((one) => !one || one.scriptURL.split("?")[0] === top + "sw.js");

navigator.serviceWorker.getRegistration(top).then((registration) => {
  if (!isFree(registration)) throw new Error("taken");
  return navigator.serviceWorker.register(top + "sw.js?site=" + encodeURIComponent(site), { scope: top });
}).then(() => navigator.serviceWorker.ready).then((registration) => {
  worker = registration.active;
  // The page that is open was fetched before anybody kept it. An address with a query may be another page each time.
  if (!location.search) ask({ act: "keep", pages: [location.href.split("#")[0]] }).catch(() => {});
  if (kind === "course") offer();
  window.studyhall.kept = kept;
  kept();
}, () => {});

/** Asks the worker; `heard` is told how far it is. */
function ask(what, heard) {
  return new Promise((done, fail) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = (event) => {
      if (event.data.done) {
        channel.port1.close();
        if (event.data.error) fail(new Error(event.data.error));
        else done(event.data);
      } else if (heard) heard(event.data);
    };
    worker.postMessage(what, [channel.port2]);
  });
}

function size(bytes) { return bytes < 1000000 ? Math.ceil(bytes / 1000) + " KB" : (bytes / 1000000).toFixed(1) + " MB"; }

/** The button of a course. */
function offer() {
  const place = make("div.own.offline"), button = make("button.quiet", { type: "button" }, "存到手机"), says = make("span.offline-says", { role: "status" });
  const list = document.querySelector(".rows-numbered");
  if (!list) return;
  list.parentNode.appendChild(place);
  place.appendChild(button);
  place.appendChild(says);
  const show = () => ask({ act: "list" }).then((found) => {
    const own = found.courses.filter((one) => one.url === top + here)[0];
    button.textContent = own ? "更新手机里的这门课" : "存到手机";
    if (own) says.textContent = "已存 " + size(own.bytes) + "，没有网也能学";
  });
  button.addEventListener("click", () => {
    const pages = [];
    each(".rows-numbered .row > a", (link) => { if (path(link)) pages.push(link.href.split("#")[0]); });
    button.disabled = true;
    says.textContent = "正在存……";
    Promise.all([searchFiles(), questionFiles()]).then((files) => ask({
      act: "course", url: top + here, title: document.getElementById("title").textContent, pages: pages, search: files[0],
      more: [top + "study.html", top + "search.html"], practice: files[1].length ? top + "practice.html" : "", questions: files[1],
    }, (now) => { says.textContent = "正在存 " + now.at + " / " + now.all; })).then(() => {
      say("这门课存好了");
      return show();
    }).catch((error) => {
      says.textContent = error.message === "forbidden" ? "没有存成：网站的主机不许把页面存下来。" : "没有存成，原来存的还在。请在网络好的时候再试。";
    }).then(() => { button.disabled = false; });
  });
  show().catch(() => {});
}

/** What the lists named, once they have come: a script comes once a visit, and the button may be touched again. */
let listed = [], asked = [];

/** The files of the search, as the build lists them. */
function searchFiles() {
  window.studyhallFiles = (format, files) => { if (format === 1) listed = files; };
  return bring(top + "study/search.js").then(() => listed.map((file) => top + file), () => []);
}

/** The questions of this course, and the bank that names them (docs/formats.md). */
function questionFiles() {
  const before = window.studyhallBank;
  window.studyhallBank = (format, data) => {
    if (format !== 1) return;
    const course = data[1].indexOf(here);
    if (course >= 0) asked = data[2].filter((row) => row[3] === course).map((row) => top + "study/q/" + row[0] + ".js");
    if (asked.length) asked.unshift(top + "study/bank.js");
  };
  const done = () => {
    window.studyhallBank = before;
    return asked;
  };
  return bring(top + "study/bank.js").then(done, done);
}

/** The part of 我的学习 that tells what is kept. */
function kept() {
  const place = hook("kept");
  if (!place) return;
  ask({ act: "list" }).then((found) => {
    const button = make("button.quiet", { type: "button" }, "清空");
    button.addEventListener("click", () => ask({ act: "empty" }).then(() => {
      say("已清空");
      kept();
    }));
    fill(place, [make("div.part-head", {}, make("h2", {}, "存在手机里的页面")),
      make("p.hint", {}, found.pages ? "读过和存下的共 " + found.pages + " 页，" + size(found.bytes) + "，没有网也能读。" : "还没有存下页面。打开过的页面会自己存下；整门课在课程页点“存到手机”。"),
      found.courses.length ? make("ul.titles", {}, found.courses.filter((one) => one.url.startsWith(top)).map((one) => make("li", {}, make("a", { href: one.url }, one.title), make("small", {}, size(one.bytes))))) : null,
      found.pages ? make("div.own", {}, button) : null]);
  }).catch(() => {});
}
