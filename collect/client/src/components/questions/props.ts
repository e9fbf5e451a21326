/** What every question component gets. */
import type { OpenRecord } from '@/engine/types';

export interface QuestionProps<Node> {
  node: Node;
  record: OpenRecord;
  inputId: string;
  labelId: string;
  describedBy: string;
}
