/** @typedef {{ token: string, sessionId: string | undefined, renewAt: number, expiresAt: number }} Tokens */
export class Session {
    /** @param {() => number} chance */
    constructor(chance: () => number);
    /**
     * The token that may be sent now, be it time to renew it or not.
     *
     * @param {number} now
     */
    usable(now: number): string | undefined;
    /**
     * Whether somebody should get the next token now.
     *
     * @param {number} now
     */
    isDue(now: number): boolean;
    /** The server's name of the session. */
    get sessionId(): string | undefined;
    /** What renews the session; without it the key is exchanged. */
    get refreshToken(): string | undefined;
    /**
     * A server did not take this token. If another has come since, that is not news.
     *
     * @param {string} token
     */
    reject(token: string): void;
    forget(): void;
    /**
     * Takes a good answer, whose members may stand in an envelope.
     *
     * @param {Record<string, unknown>} whole
     * @param {number} askedAt
     * @returns {string}
     */
    take(whole: Record<string, unknown>, askedAt: number): string;
    /**
     * Takes an error. `true` says that the renewal was refused and the key has to be exchanged anew.
     *
     * @param {unknown} error
     * @param {boolean} isRenewal
     * @returns {boolean}
     */
    refused(error: unknown, isRenewal: boolean): boolean;
    /**
     * The token to go on with though the next one could not be had, if there is one: a server that is away for a moment
     * costs nobody anything.
     *
     * @param {unknown} error
     * @param {number} now
     * @returns {string | undefined}
     */
    failed(error: unknown, now: number): string | undefined;
    #private;
}
export type Tokens = {
    token: string;
    sessionId: string | undefined;
    renewAt: number;
    expiresAt: number;
};
