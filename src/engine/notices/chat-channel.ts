/**
 * Chat by incoming webhook, in the form of Slack (also Mattermost, Rocket.Chat, Google Chat) or Microsoft Teams. The
 * address is typed by a person, so it passes the same guard as every connection: no private network unless allowed.
 */
import { HttpFailure, openHttpClient } from '../../connectors/http-client.ts';
import type { SendResult } from './send-result.ts';

export type ChatMessage = {
  readonly url: string;
  readonly format: 'slack' | 'teams';
  readonly subject: string;
  readonly text: string;
};

export type ChatChannel = { send(message: ChatMessage, signal?: AbortSignal): Promise<SendResult> };

export type ChatOptions = {
  /** Private networks that may be reached, as `127.0.0.1` or `10.20.0.0/16`. Default: none. */
  readonly allowedNetworks?: readonly string[];
  readonly timeoutMs?: number;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
};

/** Slack cuts longer texts off, Teams refuses them. */
const textMax = 3500;
const requestsPerSecond = 1;

export function openChatChannel(options: ChatOptions): ChatChannel {
  return {
    async send({ url, format, subject, text }, signal) {
      if (!URL.canParse(url))
        return { is: 'refused', final: true, message: 'the webhook has no usable address' };
      // The address is the secret: whoever knows it may post.
      const http = openHttpClient({
        secrets: [url, new URL(url).pathname],
        requestsPerSecond,
        random: options.random,
        attemptsMax: 1,
        ...(options.allowedNetworks !== undefined && { allowedNetworks: options.allowedNetworks }),
        ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
      });
      const short = text.length > textMax ? `${text.slice(0, textMax)}…` : text;
      try {
        const answer = await http.request({
          method: 'POST',
          url,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(format === 'teams' ? teamsBody(subject, short) : slackBody(subject, short)),
          ...(signal !== undefined && { signal }),
        });
        const said = `HTTP ${answer.status}`;
        if (answer.status < 300) return { is: 'accepted', answer: said };
        if (answer.status === 429)
          return {
            is: 'refused', final: false, message: said,
            ...(answer.retryAfterMs !== undefined && { retryAfterMs: answer.retryAfterMs }),
          }; // prettier-ignore
        // A server error says nothing about whether the message was posted before it.
        return answer.status >= 500
          ? { is: 'unknown', message: said }
          : { is: 'refused', final: true, message: said };
      } catch (error) {
        if (!(error instanceof HttpFailure)) throw error;
        if (error.mayHaveArrived) return { is: 'unknown', message: error.message };
        const final = error.code === 'refused-address' || error.code === 'bad-url';
        return { is: 'refused', final, message: error.message };
      }
    },
  };
}

/** `<`, `>` and `&` would be read as mark-up and links. */
const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const slackBody = (subject: string, text: string): object => ({
  text: `*${escapeSlack(subject)}*\n${escapeSlack(text)}`,
});

const teamsBody = (subject: string, text: string): object => ({
  type: 'message',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      content: {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
        type: 'AdaptiveCard',
        version: '1.4',
        body: [
          { type: 'TextBlock', text: subject, weight: 'bolder', wrap: true },
          ...text.split('\n').map((line) => ({ type: 'TextBlock', text: line, wrap: true, spacing: 'none' })),
        ],
      },
    },
  ],
});
