import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Archives a process, restores it, and deletes it for good.
 *
 * <p>Usage: java ArchiveProcess.java [--forbidden] RUN_ID
 * <br>Reads PROCESSION_URL, PROCESSION_ORGANIZATION and PROCESSION_TOKEN.
 */
public final class ArchiveProcess {

    // Wire habit: with its default settings this client offers HTTP/2 on plain HTTP, by the headers
    // "Connection: Upgrade, HTTP2-Settings" and "Upgrade: h2c", and goes on with HTTP/1.1 when ignored.
    private final HttpClient client = HttpClient.newHttpClient();
    private final String url;
    private final String token;

    private ArchiveProcess(String url, String token) {
        this.url = url;
        this.token = token;
    }

    public static void main(String[] args) {
        boolean forbidden = args.length == 2 && args[0].equals("--forbidden");
        try {
            require(args.length == 1 || forbidden, "usage: java ArchiveProcess.java [--forbidden] RUN_ID");
            String base = environment("PROCESSION_URL").replaceAll("/+$", "");
            String runs = base + "/organizations/" + environment("PROCESSION_ORGANIZATION") + "/runs/";
            var run = new ArchiveProcess(runs + args[args.length - 1], environment("PROCESSION_TOKEN"));
            if (forbidden) {
                System.out.println("archive: 403 " + run.refused("archive", "DELETE", 403));
            } else {
                run.walkThrough();
            }
            System.out.println("ok");
        } catch (Exception problem) {
            System.err.println(problem.getMessage() != null ? problem.getMessage() : problem);
            System.exit(1);
        }
    }

    private void walkThrough() throws Exception {
        var process = process("read", "GET", "");
        System.out.println("1. read: " + process.get("data.name") + " is " + process.get("data.status"));

        Object archivedAt = archive("archive");
        System.out.println("2. archive: archived at " + archivedAt);

        Object again = archive("archive again");
        require(again.equals(archivedAt), "archive again: archived_at moved from " + archivedAt + " to " + again);
        System.out.println("3. archive again: nothing changed");

        Object status = process("read back", "GET", "").get("data.status");
        require(status.equals("archived"), "read back: status " + status);
        System.out.println("4. read back: " + status);

        process = process("restore", "PUT", "/activate");
        archivedAt = process.get("data.archived_at");
        require(archivedAt == null, "restore: archived_at is still " + archivedAt);
        System.out.println("5. restore: " + process.get("data.status"));

        archive("archive before deleting");
        var deleted = send("DELETE", "/delete");
        require(deleted.statusCode() == 200, "delete for good: expected 200, got " + deleted.statusCode());
        require(deleted.body().isEmpty(), "delete for good: the answer is not empty: " + deleted.body());
        System.out.println("6. delete for good: deleted");

        System.out.println("7. read: 404 " + refused("read deleted", "GET", 404));
    }

    private HttpResponse<String> send(String method, String action) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url + action))
                .timeout(Duration.ofSeconds(15))
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/json")
                .header("X-Tallyfy-Client", "APIClient")
                .method(method, BodyPublishers.noBody())
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private Map<String, Object> json(String step, String method, String action, int expected) throws Exception {
        var response = send(method, action);
        // Wire habit: reads the body as JSON before it looks at the status, so every error must be JSON too.
        var body = new JsonReader(step, response.body()).read();
        require(response.statusCode() == expected,
                step + ": expected " + expected + ", got " + response.statusCode() + " " + response.body());
        return body;
    }

    private Map<String, Object> process(String step, String method, String action) throws Exception {
        var process = json(step, method, action, 200);
        require(process.containsKey("data.status"), step + ": the answer has no process");
        return process;
    }

    private Object archive(String step) throws Exception {
        var process = process(step, "DELETE", "");
        Object status = process.get("data.status");
        Object archivedAt = process.get("data.archived_at");
        require(status.equals("archived") && archivedAt != null,
                step + ": status " + status + ", archived_at " + archivedAt);
        return archivedAt;
    }

    private String refused(String step, String method, int status) throws Exception {
        Object message = json(step, method, "", status).get("message");
        require(message instanceof String text && !text.isEmpty(), step + ": the error has no message");
        return (String) message;
    }

    private static String environment(String name) {
        String value = System.getenv(name);
        require(value != null && !value.isEmpty(), "set " + name);
        return value;
    }

    private static void require(boolean condition, String complaint) {
        if (!condition) {
            throw new IllegalStateException(complaint);
        }
    }

    /**
     * The JDK has no JSON reader; this one is enough here. It flattens what it reads:
     * {"data": {"name": "Audit", "archived_at": null}} becomes data.name=Audit, without the nulls.
     */
    private static final class JsonReader {
        private static final Pattern TOKEN = Pattern.compile(
                "\\G\\s*([{}\\[\\]:,]|\"(?:[^\"\\\\]++|\\\\.)*+\"|-?\\d[\\d.eE+-]*|true|false|null|\\z)");
        private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u(\\p{XDigit}{4})|(.))");

        private final Map<String, Object> values = new HashMap<>();
        private final String step;
        private final Matcher tokens;

        JsonReader(String step, String text) {
            this.step = step;
            this.tokens = TOKEN.matcher(text);
        }

        Map<String, Object> read() {
            value("", next());
            expect(next().isEmpty());
            return values;
        }

        private void value(String path, String token) {
            switch (token) {
                case "{" -> {
                    for (token = next(); !token.equals("}"); token = following("}")) { // forgives a trailing comma
                        String name = string(token);
                        expect(next().equals(":"));
                        value(path.isEmpty() ? name : path + "." + name, next());
                    }
                }
                case "[" -> {
                    for (token = next(); !token.equals("]"); token = following("]")) {
                        value(path + "[]", token);
                    }
                }
                case "null" -> values.remove(path);
                case "true", "false" -> values.put(path, Boolean.valueOf(token));
                case "", "}", "]", ":", "," -> expect(false);
                default -> values.put(path, token.startsWith("\"") ? string(token) : Double.valueOf(token));
            }
        }

        private String following(String end) {
            String token = next();
            expect(token.equals(",") || token.equals(end));
            return token.equals(end) ? end : next();
        }

        private String next() {
            expect(tokens.find());
            return tokens.group(1);
        }

        private String string(String token) {
            expect(token.startsWith("\""));
            return ESCAPE.matcher(token.substring(1, token.length() - 1)).replaceAll(escape -> {
                int named = escape.group(1) == null ? "bfnrt".indexOf(escape.group(2)) : -1;
                String meant = escape.group(1) != null
                        ? Character.toString(Integer.parseInt(escape.group(1), 16))
                        : named < 0 ? escape.group(2) : "\b\f\n\r\t".substring(named, named + 1);
                return Matcher.quoteReplacement(meant);
            });
        }

        private void expect(boolean condition) {
            require(condition, step + ": the body is not JSON");
        }
    }
}
