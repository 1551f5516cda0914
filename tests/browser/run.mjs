// All browser tests but links.test.mjs in one process: each theme is built once.
import './desk.test.mjs';
import './odd.test.mjs';
import './pages.test.mjs';
import './print.test.mjs';
import './share.test.mjs';
import './preview.test.mjs';
import './chooser.test.mjs';
import './record.test.mjs';
import './study-reading.test.mjs';
import './study-record.test.mjs';
import './study-practice.test.mjs';
import './study-page.test.mjs';
import './study-offline.test.mjs';
import './foreign.test.mjs';
import './worker.test.mjs';
import './hostile.test.mjs';
import './reading.test.mjs';
