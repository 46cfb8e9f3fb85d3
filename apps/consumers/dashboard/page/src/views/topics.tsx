import { useState } from "preact/hooks";
import type { PartitionFrame, TopicFrame, TopicsFrame } from "../../../../../../contract/frames/frames";
import { formatCount, formatCounted, formatRate } from "../format";
import { Notice, Table, Waiting } from "../parts/blocks";
import { ConditionMark } from "../parts/condition-mark";
import { Pager, SearchBox } from "../parts/paging";
import { partitionProblem, partitionsInShort } from "./topic-rows";
import { isCurrent, type ViewProps } from "../routes";

const fewPartitions = 6;

/** The stack's topics, with their partitions. */
export function TopicsView({ route, frame }: ViewProps & { readonly frame: TopicsFrame | undefined }) {
  return (
    <>
      <div class="view-head">
        <h1>Topics</h1>
        <SearchBox route={route} label="Search topics" />
        {frame !== undefined && <Pager slice={frame} route={route} of="topic" />}
      </div>
      {frame === undefined ? (
        <Waiting />
      ) : frame.topics.length === 0 ? (
        route.search === "" ? (
          <Notice title="No topics yet">Kafka has no topic of this stack, or does not answer.</Notice>
        ) : (
          <Notice title={`No topic has “${route.search}” in its name`} />
        )
      ) : (
        <Table label="Topics" isBusy={!isCurrent(frame, route)}>
          <thead>
            <tr>
              <th scope="col">Topic, partition</th>
              <th scope="col">Leader</th>
              <th scope="col">In sync of replicas</th>
              <th scope="col" class="number">
                Earliest
              </th>
              <th scope="col" class="number">
                Latest
              </th>
              <th scope="col" class="number">
                Messages
              </th>
              <th scope="col" class="number">
                A second
              </th>
              {frame.groups.map((group) => (
                <th key={group} scope="col" class="number">
                  Lag of {group}
                </th>
              ))}
            </tr>
          </thead>
          {frame.topics.map((topic) => (
            <TopicRows key={topic.name} topic={topic} groups={frame.groups} isAlone={frame.total === 1} />
          ))}
        </Table>
      )}
    </>
  );
}

function TopicRows({
  topic,
  groups,
  isAlone,
}: {
  readonly topic: TopicFrame;
  readonly groups: readonly string[];
  /** Whether there is room for all of its partitions. */
  readonly isAlone: boolean;
}) {
  const [isOpen, setOpen] = useState(isAlone);
  const { partitions, partitionCount, name } = topic;
  const problems = partitions.filter((partition) => partitionProblem(partition) !== undefined).length;
  const shown = isOpen ? partitions : partitionsInShort(topic, fewPartitions);
  return (
    <tbody data-testid="topic" data-topic={name}>
      <tr class="group-row">
        <th scope="rowgroup">
          <span class="with-mark">
            <ConditionMark
              condition={partitionCount === 0 ? "unknown" : problems > 0 ? "sick" : "healthy"}
              label={
                problems > 0
                  ? `${formatCounted(problems, "partition")} with problems`
                  : partitionCount === 0
                    ? "does not exist yet"
                    : "in sync"
              }
            />
            <span class="name">{name}</span>
          </span>
        </th>
        <td colspan={4}>
          {partitionCount <= fewPartitions ? (
            <span class="faint">
              {partitionCount === 0 ? "does not exist yet" : formatCounted(partitionCount, "partition")}
            </span>
          ) : (
            <button type="button" class="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              {isOpen ? "Hide" : "Show"}{" "}
              {partitions.length < partitionCount && `${formatCount(partitions.length)} of `}
              {formatCounted(partitionCount, "partition")}
            </button>
          )}
        </td>
        <td class="number">{formatCount(topic.messages)}</td>
        <td class="number">{formatRate(topic.messagesPerSecond)}</td>
        {groups.map((group) => (
          <Lag key={group} lag={Object.hasOwn(topic.lag, group) ? topic.lag[group] : undefined} />
        ))}
      </tr>
      {shown.map((partition) => (
        <PartitionRow key={partition.partition} partition={partition} groups={groups} />
      ))}
    </tbody>
  );
}

function PartitionRow({
  partition,
  groups,
}: {
  readonly partition: PartitionFrame;
  readonly groups: readonly string[];
}) {
  const { leader, replicas, inSync, earliest, latest, lag } = partition;
  const problem = partitionProblem(partition);
  return (
    <tr
      data-testid="partition"
      data-partition={partition.partition}
      class={problem === undefined ? "" : "is-wrong"}
    >
      <th scope="row" class="indented">
        {partition.partition}
      </th>
      <td>{leader === null ? <b class="tone-bad">none</b> : `broker-${leader}`}</td>
      <td>
        {inSync.length} of {replicas.length}
        {problem !== undefined && leader !== null && <span class="tone-warning"> {problem}</span>}
      </td>
      <td class="number">{formatCount(earliest)}</td>
      <td class="number">{formatCount(latest)}</td>
      <td class="number">{formatCount(latest - earliest)}</td>
      <td />
      {groups.map((group) => (
        <Lag key={group} lag={Object.hasOwn(lag, group) ? lag[group] : undefined} />
      ))}
    </tr>
  );
}

function Lag({ lag }: { readonly lag: number | undefined }) {
  return <td class="number">{lag === undefined ? <span class="faint">–</span> : formatCount(lag)}</td>;
}
