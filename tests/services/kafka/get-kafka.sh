#!/usr/bin/env bash
# A real Apache Kafka for tests: one node (KRaft), jars from Maven Central. Needs java 17 or newer, and mvn to fetch.
#   get-kafka.sh fetch            jars -> $KAFKA_DIST/libs, once
#   get-kafka.sh start            starts the node in $KAFKA_DATA; prints its bootstrap address once the port is open
#   get-kafka.sh stop | kill9     ends it: in order, or as a crash would; start brings it back with its data
#   get-kafka.sh topics ARGS...   kafka-topics.sh ARGS...
#   get-kafka.sh groups ARGS...   kafka-consumer-groups.sh ARGS...
# The broker listens on 127.0.0.1:$KAFKA_BASE_PORT, its controller on the next port.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
KAFKA_VERSION=${KAFKA_VERSION:-4.1.1}
KAFKA_DIST=${KAFKA_DIST:-${XDG_CACHE_HOME:-$HOME/.cache}/kafka-dist/$KAFKA_VERSION}
KAFKA_DATA=${KAFKA_DATA:-${TMPDIR:-/tmp}/courant-kafka}
KAFKA_HEAP=${KAFKA_HEAP:-512m}
port=${KAFKA_BASE_PORT:-19092}
address=127.0.0.1:$port

fetch() {
  [ -f "$KAFKA_DIST/.ok" ] && return
  mkdir -p "$KAFKA_DIST"
  mvn -q -B -f "$here/pom.xml" -Dkafka.version="$KAFKA_VERSION" \
    dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$KAFKA_DIST/libs"
  test -f "$KAFKA_DIST/libs/kafka_2.13-$KAFKA_VERSION.jar"
  touch "$KAFKA_DIST/.ok"
}

jvm() { # jvm HEAP CLASS ARGS...
  local heap=$1
  shift
  exec java -Xms"$heap" -Xmx"$heap" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:ActiveProcessorCount=2 \
    -Djava.awt.headless=true -Dlog4j2.configurationFile="$here/log4j2.properties" -cp "$KAFKA_DIST/libs/*" "$@"
}

configure() { # short delays and small buffers: it lives for one test run
  cat >"$KAFKA_DATA/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$((port + 1))
listeners=PLAINTEXT://$address,CONTROLLER://127.0.0.1:$((port + 1))
advertised.listeners=PLAINTEXT://$address
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs=$KAFKA_DATA/data
num.partitions=4
auto.create.topics.enable=false
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=8
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=4
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.retention.check.interval.ms=1000
log.cleaner.backoff.ms=1000
log.cleaner.dedupe.buffer.size=33554432
log.index.size.max.bytes=1048576
log.segment.delete.delay.ms=1000
num.network.threads=2
num.io.threads=4
num.recovery.threads.per.data.dir=1
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
PROPERTIES
}

cluster_id() { # 22 letters of base64; a leading "-" would read as an option
  python3 -c 'import base64, uuid; print("c" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode()[1:22])'
}

start() {
  fetch
  mkdir -p "$KAFKA_DATA"
  [ -f "$KAFKA_DATA/server.properties" ] || configure
  [ -f "$KAFKA_DATA/data/meta.properties" ] ||
    (jvm 128m kafka.tools.StorageTool format -t "$(cluster_id)" -c "$KAFKA_DATA/server.properties") \
      >"$KAFKA_DATA/format.log" 2>&1 || { cat "$KAFKA_DATA/format.log" >&2; exit 1; }
  (cd "$KAFKA_DATA" && jvm "$KAFKA_HEAP" kafka.Kafka server.properties) >>"$KAFKA_DATA/broker.log" 2>&1 </dev/null &
  echo $! >"$KAFKA_DATA/pid"
  for ((i = 0; i < 600; i++)); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && echo "$address" && return
    running || break
    sleep 0.1
  done
  echo "Kafka did not start:" >&2
  tail -20 "$KAFKA_DATA/broker.log" >&2
  exit 1
}

running() { [ -f "$KAFKA_DATA/pid" ] && kill -0 "$(cat "$KAFKA_DATA/pid")" 2>/dev/null; }
end() { # end SIGNAL: waits for the process to be gone; after 15 s it is killed
  running || return 0
  kill "$1" "$(cat "$KAFKA_DATA/pid")"
  for ((i = 0; i < 150; i++)); do
    running || break
    sleep 0.1
  done
  running && kill -KILL "$(cat "$KAFKA_DATA/pid")"
  rm -f "$KAFKA_DATA/pid"
}

command=${1:-}
shift || true
case $command in
  fetch) fetch ;;
  start) start ;;
  stop) end -TERM ;;
  kill9) end -KILL ;;
  topics) jvm 128m org.apache.kafka.tools.TopicCommand --bootstrap-server "$address" "$@" ;;
  groups) jvm 128m org.apache.kafka.tools.consumer.group.ConsumerGroupCommand --bootstrap-server "$address" "$@" ;;
  *)
    sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
