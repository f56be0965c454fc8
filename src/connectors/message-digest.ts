/** What the text of a customer message says: the same rules for every helpdesk. */
export { digestText, stripMarkup, textOf } from './rt/rt-message.ts';
