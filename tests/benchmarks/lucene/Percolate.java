import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.custom.CustomAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.Term;
import org.apache.lucene.monitor.Monitor;
import org.apache.lucene.monitor.MonitorConfiguration;
import org.apache.lucene.monitor.MonitorQuery;
import org.apache.lucene.monitor.MultipassTermFilteredPresearcher;
import org.apache.lucene.monitor.Presearcher;
import org.apache.lucene.monitor.QueryMatch;
import org.apache.lucene.monitor.TermFilteredPresearcher;
import org.apache.lucene.queries.spans.SpanNearQuery;
import org.apache.lucene.queries.spans.SpanQuery;
import org.apache.lucene.queries.spans.SpanTermQuery;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/**
 * Percolate QUERIES DOCUMENTS MATCHES ROUNDS PRESEARCHER: every document against all queries, one at a time.
 *
 * The forms of the queries are those of workload.py; a document is one line. The last round is measured, by the
 * processor time of its one thread. Writes the numbers of the queries that matched each document, a line for each.
 */
public class Percolate {
  private static final String TEXT = "text";
  private static final int LOADED_AT_ONCE = 10_000;

  public static void main(String[] given) throws Exception {
    List<String> documents = Files.readAllLines(Path.of(given[1]));
    Analyzer analyzer = CustomAnalyzer.builder().withTokenizer("standard").addTokenFilter("lowercase").build();
    long begun = cpu();
    try (Monitor monitor = new Monitor(analyzer, presearcher(given[4]), new MonitorConfiguration().setPurgeFrequency(1, java.util.concurrent.TimeUnit.DAYS))) {
      load(monitor, Path.of(given[0]));
      double loading = (cpu() - begun) / 1e9;
      List<String[]> found = List.of();
      double[] milliseconds = new double[documents.size()];
      for (int round = 0; round < Integer.parseInt(given[3]); round++) {
        found = matchAll(monitor, documents, milliseconds);
      }
      write(Path.of(given[2]), found);
      report(loading, milliseconds, found);
    }
  }

  private static Presearcher presearcher(String name) {
    return name.equals("multipass") ? new MultipassTermFilteredPresearcher(4) : new TermFilteredPresearcher();
  }

  private static void load(Monitor monitor, Path queries) throws IOException {
    List<MonitorQuery> waiting = new ArrayList<>();
    List<String> lines = Files.readAllLines(queries);
    for (int number = 0; number < lines.size(); number++) {
      waiting.add(new MonitorQuery(Integer.toString(number), query(lines.get(number))));
      if (waiting.size() == LOADED_AT_ONCE || number == lines.size() - 1) {
        monitor.register(waiting);
        waiting.clear();
      }
    }
  }

  private static List<String[]> matchAll(Monitor monitor, List<String> documents, double[] milliseconds)
      throws IOException {
    List<String[]> found = new ArrayList<>();
    for (int number = 0; number < documents.size(); number++) {
      long begun = cpu();
      Document document = new Document();
      document.add(new TextField(TEXT, documents.get(number), Field.Store.NO));
      var matches = monitor.match(document, QueryMatch.SIMPLE_MATCHER);
      String[] ids =
          StreamSupport.stream(matches.getMatches().spliterator(), false)
              .map(QueryMatch::getQueryId)
              .toArray(String[]::new);
      milliseconds[number] = (cpu() - begun) / 1e6;
      found.add(ids);
    }
    return found;
  }

  private static Query query(String line) {
    String[] fields = line.split("\t", -1);
    return switch (fields[0]) {
      case "all" -> groups(fields[1].split(" "), fields[2]);
      case "groups" -> groups(fields[1].split(" "), fields[2]);
      case "phrase" -> new PhraseQuery(TEXT, fields[1].split(" "));
      case "near" -> near(fields[1].split(" "), Integer.parseInt(fields[2]));
      case "prefix" ->
          new BooleanQuery.Builder()
              .add(new PrefixQuery(new Term(TEXT, fields[1])), Occur.MUST)
              .add(word(fields[2]), Occur.MUST)
              .build();
      default -> throw new IllegalArgumentException(line);
    };
  }

  private static Query groups(String[] groups, String unwanted) {
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    Arrays.stream(groups).forEach(group -> all.add(either(group.split("\\|")), Occur.MUST));
    Arrays.stream(unwanted.split(" ")).filter(each -> !each.isEmpty()).forEach(each -> all.add(word(each), Occur.MUST_NOT));
    return all.build();
  }

  private static Query either(String[] words) {
    if (words.length == 1) {
      return word(words[0]);
    }
    BooleanQuery.Builder some = new BooleanQuery.Builder();
    Arrays.stream(words).forEach(each -> some.add(word(each), Occur.SHOULD));
    return some.build();
  }

  private static Query near(String[] words, int apart) {
    SpanQuery[] spans =
        Arrays.stream(words).map(each -> new SpanTermQuery(new Term(TEXT, each))).toArray(SpanQuery[]::new);
    return new SpanNearQuery(spans, apart - 1, false);
  }

  private static Query word(String word) {
    return new TermQuery(new Term(TEXT, word));
  }

  private static void write(Path path, List<String[]> found) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(path)) {
      for (String[] ids : found) {
        out.write(Arrays.stream(ids).map(Integer::valueOf).sorted().map(String::valueOf).collect(Collectors.joining(" ")));
        out.newLine();
      }
    }
  }

  private static void report(double loading, double[] milliseconds, List<String[]> found) throws IOException {
    double total = Arrays.stream(milliseconds).sum();
    double[] sorted = Arrays.stream(milliseconds).sorted().toArray();
    long matches = found.stream().mapToLong(ids -> ids.length).sum();
    System.out.printf(
        Locale.ROOT,
        "{\"loading\": %.2f, \"per_second\": %.1f, \"p50\": %.3f, \"p99\": %.3f, \"matches\": %.1f, \"rss\": %d}%n",
        loading, sorted.length / total * 1000, sorted[sorted.length / 2], sorted[(int) (sorted.length * 0.99)],
        (double) matches / sorted.length, resident());
  }

  /** Nanoseconds that this thread had of a processor. */
  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /** The most memory that the process ever had, in bytes. */
  private static long resident() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .sum();
  }
}
