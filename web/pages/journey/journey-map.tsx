/** The map: positions and curves come from the server's layout, xyflow draws, moves and zooms them. */
import {
  BaseEdge,
  Controls,
  EdgeLabelRenderer,
  Handle,
  Position,
  ReactFlow,
  type Edge,
  type EdgeProps,
  type Node,
  type NodeProps,
  type ReactFlowInstance,
} from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useMemo } from 'react';
import type { Journey, JourneyEdge, JourneyStep } from '../../api/plan.ts';
import { useWords } from '../../words/words.ts';
import { edgeId, isShown, type JourneyFilter } from './journey-filter.ts';
import styles from './journey.module.css';

type StepNode = Node<{ readonly step: JourneyStep }, 'step'>;
type WayEdge = Edge<
  {
    readonly edge: JourneyEdge;
    readonly most: number;
    readonly isFaded: boolean;
    readonly isOpen: boolean;
    readonly open: (id: string) => void;
    readonly nameOf: (id: string) => string;
  },
  'way'
>;
type Props = {
  readonly journey: Journey;
  readonly filter: JourneyFilter;
  readonly selected: string | undefined;
  readonly onOpen: (id: string) => void;
};

const nodeTypes = { step: StepBox };
const edgeTypes = { way: Way };
const marginPx = 16;

export function JourneyMap({ journey, filter, selected, onOpen }: Props) {
  const { t } = useWords();
  const nodes = useMemo(
    () =>
      journey.steps.map((step): StepNode => ({
        id: step.id, type: 'step', data: { step }, draggable: false, selectable: false, focusable: false,
        position: { x: step.x - step.width / 2, y: step.y - step.height / 2 }, width: step.width, height: step.height,
      })), // prettier-ignore
    [journey],
  );
  const most = Math.max(1, ...journey.edges.map(({ count }) => count));
  const names = new Map(journey.steps.map(({ id, name }) => [id, name]));
  const edges = journey.edges.map((edge): WayEdge => {
    const id = edgeId(edge);
    return {
      id, source: edge.from, target: edge.to, type: 'way', focusable: false,
      data: { edge, most, isFaded: !isShown(edge, filter), isOpen: id === selected, open: onOpen, nameOf: (step) => names.get(step) ?? step },
    };
  }); // prettier-ignore
  return (
    <div className={styles['map']} role="group" aria-label={t.journey.title}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        nodesDraggable={false}
        nodesConnectable={false}
        elementsSelectable={false}
        deleteKeyCode={null}
        minZoom={0.1}
        onInit={(flow) => void showStart(flow)}
        proOptions={{ hideAttribution: true }}
      >
        <Controls showInteractive={false} position="bottom-right" />
      </ReactFlow>
    </div>
  );
}

const fitting = { minZoom: 0.7, maxZoom: 1, padding: 0.04 } as const;

/** A map that does not fit at a legible size begins where the journey does, not in its middle. */
async function showStart(flow: ReactFlowInstance<StepNode, WayEdge>): Promise<void> {
  await flow.fitView(fitting);
  const { x, y, zoom } = flow.getViewport();
  const top = flow.getNodesBounds(flow.getNodes()).y * zoom;
  if (top + y < 0) await flow.setViewport({ x, y: marginPx - top, zoom });
}

function StepBox({ data: { step } }: NodeProps<StepNode>) {
  const { t } = useWords();
  const words = [
    t.journey.events(step.events),
    ...(step.agreed ? [] : [t.journey.outsideShort]),
    ...(step.watched ? [] : [t.journey.notWatched]),
  ];
  return (
    <div className={styles['step']} data-agreed={step.agreed} data-seen={step.events > 0}>
      <Handle type="target" position={Position.Top} className={styles['handle'] ?? ''} />
      <strong translate="no">{step.name}</strong>
      <span>{words.join(' · ')}</span>
      <Handle type="source" position={Position.Bottom} className={styles['handle'] ?? ''} />
    </div>
  );
}

function Way({ id, data }: EdgeProps<WayEdge>) {
  const { t } = useWords();
  if (data === undefined) return null;
  const { edge, most, isFaded, isOpen, open, nameOf } = data;
  const [first, ...rest] = edge.points;
  const text = ([x, y]: readonly [number, number]): string => `${x} ${y}`;
  const path = `M${text(first ?? edge.tip)}C${rest.map(text).join(' ')}L${text(edge.tip)}`;
  const kind = edge.count === 0 ? 'never' : edge.agreed ? 'agreed' : 'outside';
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        className={styles['way'] ?? ''}
        data-kind={kind}
        data-faded={isFaded}
        data-open={isOpen}
        strokeWidth={1 + 4 * Math.sqrt(edge.count / most)}
      />
      <Tip tip={edge.tip} from={rest.at(-1) ?? edge.tip} kind={kind} isFaded={isFaded} />
      <EdgeLabelRenderer>
        <button
          type="button"
          className={`${styles['label'] ?? ''} nodrag nopan`}
          data-kind={kind}
          data-faded={isFaded}
          data-open={isOpen}
          disabled={edge.orders.length === 0}
          aria-label={`${t.journey.way(nameOf(edge.from), nameOf(edge.to))}: ${edge.words.join(', ')}`}
          style={{
            transform: `translate(-50%, -50%) translate(${edge.label[0]}px, ${edge.label[1]}px)`,
          }}
          onClick={() => open(id)}
        >
          {edge.words.map((line) => (
            <span key={line}>{line}</span>
          ))}
        </button>
      </EdgeLabelRenderer>
    </>
  );
}

type TipProps = {
  readonly tip: readonly [number, number];
  readonly from: readonly [number, number];
  readonly kind: string;
  readonly isFaded: boolean;
};

/** The head of the arrow, turned as the last piece of the curve runs. */
function Tip({ tip, from, kind, isFaded }: TipProps) {
  const turn = (Math.atan2(tip[1] - from[1], tip[0] - from[0]) * 180) / Math.PI;
  return (
    <path
      className={styles['tip']}
      data-kind={kind}
      data-faded={isFaded}
      d="M-8 -4L1 0L-8 4z"
      transform={`translate(${tip[0]} ${tip[1]}) rotate(${turn})`}
    />
  );
}
