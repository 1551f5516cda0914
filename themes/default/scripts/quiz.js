/* The questions of a lesson, where they stand. */
import { enlivenAll } from './quiz/card.js';

window.studyhall.quiz = enlivenAll;
document.addEventListener('studyhall:patched', enlivenAll);
