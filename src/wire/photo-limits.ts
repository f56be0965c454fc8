/** What is taken as a photo of the returns desk: the console looks before it sends, the API before it stores. */
export const photoTypes = ['image/jpeg', 'image/png', 'image/webp'] as const;
export type PhotoType = (typeof photoTypes)[number];

export const photoBytesMax = 5 * 1024 * 1024;
/** Named by one step. */
export const stepPhotosMax = 20;
