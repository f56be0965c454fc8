/**
 * Photos with a step, taken with the camera or chosen. Kind and size are looked at here; they are sent when the step is made,
 * so that what was taken away again was never stored.
 */
import { Button, FileButton } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { photoBytesMax, photoTypes, stepPhotosMax } from '../../../src/wire/photo-limits.ts';
import { storePhoto } from '../../api/returns.ts';
import { announce } from '../../parts/announce.tsx';
import { useWords } from '../../words/words.ts';
import styles from './desk.module.css';

type Photo = { readonly file: File; readonly url: string };
type LeftOut = { readonly name: string; readonly why: 'kind' | 'size' | 'number' };

export type Photos = {
  readonly chosen: readonly Photo[];
  readonly leftOut: readonly LeftOut[];
  readonly add: (files: readonly File[]) => void;
  readonly remove: (photo: Photo) => void;
  /** Stores what is not stored yet: a step that was refused and is made again sends no photo twice. */
  readonly send: () => Promise<{ readonly photos?: readonly string[] }>;
};

const isPhoto = (type: string): boolean => (photoTypes as readonly string[]).includes(type);

export function usePhotos(orderKey: string): Photos {
  const [chosen, setChosen] = useState<readonly Photo[]>([]);
  const [leftOut, setLeftOut] = useState<readonly LeftOut[]>([]);
  const stored = useRef(new Map<File, string>());
  const shown = useRef(new Set<string>());
  useEffect(() => {
    const urls = shown.current;
    return () => urls.forEach((url) => URL.revokeObjectURL(url));
  }, []);
  const add = (files: readonly File[]): void => {
    const taken: Photo[] = [];
    const refused: LeftOut[] = [];
    for (const file of files) {
      const { name } = file;
      if (!isPhoto(file.type)) refused.push({ name, why: 'kind' });
      else if (file.size > photoBytesMax) refused.push({ name, why: 'size' });
      else if (chosen.length + taken.length >= stepPhotosMax) refused.push({ name, why: 'number' });
      else {
        const url = URL.createObjectURL(file);
        shown.current.add(url);
        taken.push({ file, url });
      }
    }
    setChosen([...chosen, ...taken]);
    setLeftOut(refused);
  };
  const remove = (photo: Photo): void => {
    URL.revokeObjectURL(photo.url);
    shown.current.delete(photo.url);
    setChosen(chosen.filter((one) => one !== photo));
  };
  const send = async (): Promise<{ readonly photos?: readonly string[] }> => {
    const photos: string[] = [];
    for (const { file } of chosen) {
      const photoId = stored.current.get(file) ?? (await storePhoto(orderKey, file)).photoId;
      stored.current.set(file, photoId);
      photos.push(photoId);
    }
    return photos.length === 0 ? {} : { photos };
  };
  return { chosen, leftOut, add, remove, send };
}

export function PhotoField({ photos }: { readonly photos: Photos }) {
  const { t } = useWords();
  const words = t.desk.photos;
  const add = useRef<HTMLButtonElement>(null);
  const forget = useRef<() => void>(null);
  const megabytes = photoBytesMax / 1024 / 1024;
  return (
    <div role="group" aria-label={words.title} className={styles['photos']}>
      <FileButton accept={photoTypes.join(',')} multiple capture="environment" resetRef={forget} onChange={(files) => {
        photos.add(files);
        // Else a photo that was removed could not be chosen again.
        forget.current?.();
      }}>
        {(props) => <Button {...props} ref={add} variant="default">{words.add}</Button>}
      </FileButton>
      <p className={styles['quiet']}>{words.about(megabytes, stepPhotosMax)}</p>
      {photos.chosen.length > 0 && (
        <ol>
          {photos.chosen.map((photo, index) => (
            <li key={photo.url}>
              <img src={photo.url} alt={words.shown(index + 1)} />
              <Button
                variant="default" aria-label={words.remove(index + 1)}
                onClick={() => {
                  photos.remove(photo);
                  announce(words.removed(index + 1));
                  add.current?.focus();
                }}
              >
                {words.removeShort}
              </Button>
            </li>
          ))}
        </ol>
      )}
      {photos.leftOut.length > 0 && (
        <div role="alert" className={styles['refused']}>
          {photos.leftOut.map(({ name, why }, index) => (
            <p key={`${index} ${name}`}>
              <span translate="no">{name}</span>: {words.leftOut[why](why === 'size' ? megabytes : stepPhotosMax)}
            </p>
          ))}
        </div>
      )}
    </div>
  ); // prettier-ignore
}
