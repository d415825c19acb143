/**
 * Rows in the browser's database, each table's key an array; or in memory, where the browser forbids the database.
 * Both give the same `Rows`: `read(work)` and `change(work)` run `work` in one transaction, which a rejection undoes.
 */

const NAME = "greenroom";
const VERSION = 1;
/** Browsers have been seen to say nothing at all of a database. */
const PATIENCE_MS = 10_000;

/** Each table's key, as the path of its parts in a row. */
const TABLES = {
  shows: ["id"],
  documents: ["showId", "characterId"],
  outputs: ["showId", "characterId", "kind"],
  marks: ["name"],
};

/**
 * @typedef {keyof typeof TABLES} Table
 *
 * @typedef {object} Transaction `key` may be the beginning of one: then it means all rows that begin so.
 * @property {(table: Table, key: string[]) => Promise<any>} get undefined where there is none
 * @property {(table: Table, key?: string[]) => Promise<any[]>} all in the keys' order
 * @property {(table: Table, row: object) => Promise<void>} put
 * @property {(table: Table, key: string[]) => Promise<void>} remove
 *
 * @typedef {object} Rows
 * @property {boolean} lasting whether they outlive the page
 * @property {<T>(work: (rows: Transaction) => Promise<T>) => Promise<T>} read
 * @property {<T>(work: (rows: Transaction) => Promise<T>) => Promise<T>} change
 */

/** @returns {Promise<Rows>} */
export async function openRows() {
  try {
    return new LastingRows(await openDatabase());
  } catch (error) {
    console.info("[greenroom] This browser keeps no database for us; shows last until the page is left.", error);
    return new FleetingRows();
  }
}

/** @returns {Promise<IDBDatabase>} */
function openDatabase() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    let isLate = false;
    const giveUp = (/** @type {string} */ why) => {
      isLate = true;
      reject(new Error(why));
    };
    const timer = setTimeout(() => giveUp("The browser's database did not open."), PATIENCE_MS);
    request.onblocked = () => giveUp("Another tab with an older page keeps the database.");
    request.onupgradeneeded = () => {
      for (const [table, keyPath] of Object.entries(TABLES)) request.result.createObjectStore(table, { keyPath });
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      clearTimeout(timer);
      if (isLate) return request.result.close();
      // A later version of the page, in another tab, must not wait for this one.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
  });
}

class LastingRows {
  lasting = true;
  /** Null while the browser has taken it away: site data was cleared, or the disk failed. @type {IDBDatabase | null} */
  #database = null;

  /** @param {IDBDatabase} database */
  constructor(database) {
    this.#use(database);
  }

  /** @param {IDBDatabase} database */
  #use(database) {
    database.onclose = () => (this.#database = null);
    this.#database = database;
    return database;
  }

  /** @template T @param {(rows: Transaction) => Promise<T>} work */
  read(work) {
    return this.#run("readonly", work);
  }

  /** @template T @param {(rows: Transaction) => Promise<T>} work */
  change(work) {
    return this.#run("readwrite", work);
  }

  /**
   * @template T
   * @param {IDBTransactionMode} mode
   * @param {(rows: Transaction) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async #run(mode, work) {
    const database = this.#database ?? this.#use(await openDatabase());
    const transaction = database.transaction(Object.keys(TABLES), mode);
    const over = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error ?? new Error("The browser did not keep the change."));
    });
    try {
      const result = await work(within(transaction));
      await over;
      return result;
    } catch (error) {
      over.catch(() => undefined); // the reason is on its way already
      if (!transaction.error) abort(transaction);
      throw error;
    }
  }
}

/** @param {IDBTransaction} transaction */
function abort(transaction) {
  try {
    transaction.abort();
  } catch {
    // It was over already.
  }
}

/** @param {IDBTransaction} transaction @returns {Transaction} */
function within(transaction) {
  const store = (/** @type {Table} */ table) => transaction.objectStore(table);
  return {
    get: (table, key) => answer(store(table).get(key)),
    all: (table, key = []) => answer(store(table).getAll(key.length ? beginning(key) : null)),
    put: async (table, row) => void (await answer(store(table).put(row))),
    remove: async (table, key) => void (await answer(store(table).delete(beginning(key)))),
  };
}

/** Arrays sort after every text, so the range holds the key itself and all that begin with it. */
const beginning = (/** @type {string[]} */ key) => IDBKeyRange.bound(key, [...key, []]);

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** The same in memory. Rows are copied in and out, as the database does. */
class FleetingRows {
  lasting = false;
  /** @type {Map<string, {table: Table, key: string[], row: any}>} */
  #rows = new Map();
  /** @type {Promise<any>} */
  #turn = Promise.resolve();

  /** @template T @param {(rows: Transaction) => Promise<T>} work @returns {Promise<T>} */
  read(work) {
    return this.change(work);
  }

  /** @template T @param {(rows: Transaction) => Promise<T>} work @returns {Promise<T>} */
  change(work) {
    const mine = this.#turn.then(async () => {
      const before = new Map(this.#rows);
      try {
        return await work(this.#transaction());
      } catch (error) {
        this.#rows = before;
        throw error;
      }
    });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  /** @returns {Transaction} */
  #transaction() {
    return {
      get: async (table, key) => structuredClone(this.#rows.get(place(table, key))?.row),
      all: async (table, key = []) => this.#beginning(table, key).map(({ row }) => structuredClone(row)),
      put: async (table, row) => {
        const key = TABLES[table].map((part) => /** @type {any} */ (row)[part]);
        this.#rows.set(place(table, key), { table, key, row: structuredClone(row) });
      },
      remove: async (table, key) => {
        for (const found of this.#beginning(table, key)) this.#rows.delete(place(table, found.key));
      },
    };
  }

  /** @param {Table} table @param {string[]} key */
  #beginning(table, key) {
    const begins = (/** @type {string[]} */ other) => key.every((part, i) => other[i] === part);
    const found = [...this.#rows.values()].filter((at) => at.table === table && begins(at.key));
    return found.sort((one, other) => (place(table, one.key) < place(table, other.key) ? -1 : 1));
  }
}

/** @param {Table} table @param {string[]} key */
function place(table, key) {
  return JSON.stringify([table, ...key]);
}
