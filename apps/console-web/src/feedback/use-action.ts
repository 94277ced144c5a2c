import { useMutation, type QueryKey, type UseMutationResult } from '@tanstack/react-query';
import { useChanged } from '../api/live.js';
import { tell, tellFailure } from './tell.js';

interface Action<Input, Result> {
  run: (input: Input) => Promise<Result>;
  /** What the page must look at again. */
  changes?: QueryKey[];
  done?: string | ((result: Result, input: Input) => void);
  /** Set when a form shows the failure itself. */
  quiet?: boolean;
}

/** Something that a person does here: it runs once at a time, is seen at once, and says how it went. */
export function useAction<Input = void, Result = unknown>({
  run,
  changes = [],
  done,
  quiet = false,
}: Action<Input, Result>): UseMutationResult<Result, Error, Input> {
  const changed = useChanged();
  return useMutation<Result, Error, Input>({
    mutationFn: run,
    onSuccess: async (result, input) => {
      await changed(...changes);
      if (typeof done === 'string') tell(done);
      else done?.(result, input);
    },
    onError: (error) => {
      if (!quiet) tellFailure(error);
    },
  });
}
