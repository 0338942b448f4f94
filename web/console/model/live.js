/**
 * The desk's stream of hints. A hint names a ticket and nothing else; whoever listens fetches it.
 * Emits `hint` (detail: {ticket, last_event_id}), `up` after every connect, `down` when the line is lost.
 */
import { EventStream } from "../../shared/sse.js";

export class Live extends EventTarget {
  #stream = null;

  /** @type {() => void} */
  onSessionEnd = () => {};
  isUp = false;

  start() {
    if (this.#stream) return;
    this.#stream = new EventStream("/desk/v1/stream", {
      onOpen: () => this.#say("up", true),
      onEvents: (events) => events.forEach((event) => this.#take(event)),
      onTrouble: ({ status }) => this.#trouble(status),
    });
    this.#stream.open();
  }

  stop() {
    this.#stream?.close();
    this.#stream = null;
    this.isUp = false;
  }

  #take({ event, data }) {
    if (event === "hint") this.dispatchEvent(new CustomEvent("hint", { detail: JSON.parse(data) }));
  }

  /** Returning false ends the stream: without a session there is nothing to reconnect to. */
  #trouble(status) {
    if (status === 401) {
      this.#stream = null;
      this.onSessionEnd();
      return false;
    }
    this.#say("down", false);
    return true;
  }

  #say(type, isUp) {
    this.isUp = isUp;
    this.dispatchEvent(new Event(type));
  }
}
