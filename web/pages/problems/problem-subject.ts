/** Subjects that are no orders: `object/… sku/… connection/…`. */
const otherSubject = /^(?:object|sku|connection)\//;

export const isOrderSubject = (subject: string): boolean => !otherSubject.test(subject);
