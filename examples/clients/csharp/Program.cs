// Archives a process, restores it, and deletes it for good.
//
// Usage: dotnet run -- [--forbidden] RUN_ID
// Reads PROCESSION_URL, PROCESSION_ORGANIZATION and PROCESSION_TOKEN.

using System.Net.Http.Headers;
using System.Text.Json;

try
{
    var forbidden = args.Length == 2 && args[0] == "--forbidden";
    Check.That(args.Length == 1 || forbidden, "usage: dotnet run -- [--forbidden] RUN_ID");

    using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(15) };
    http.DefaultRequestHeaders.Authorization =
        new AuthenticationHeaderValue("Bearer", Check.Setting("PROCESSION_TOKEN"));
    http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
    http.DefaultRequestHeaders.Add("X-Tallyfy-Client", "APIClient");

    var url = Check.Setting("PROCESSION_URL").TrimEnd('/')
        + "/organizations/" + Uri.EscapeDataString(Check.Setting("PROCESSION_ORGANIZATION"))
        + "/runs/" + Uri.EscapeDataString(args[^1]);
    var run = new Run(http, url);

    if (forbidden)
    {
        Console.WriteLine($"archive: 403 {await run.Refused("archive", HttpMethod.Delete, 403)}");
    }
    else
    {
        await run.WalkThrough();
    }
    Console.WriteLine("ok");
    return 0;
}
catch (Exception problem)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}

/// <summary>One process on the server.</summary>
internal sealed class Run(HttpClient http, string url)
{
    public async Task WalkThrough()
    {
        var process = await Process("read", HttpMethod.Get);
        Console.WriteLine($"1. read: {Text(process, "name")} is {Text(process, "status")}");

        var archivedAt = await Archive("archive");
        Console.WriteLine($"2. archive: archived at {archivedAt}");

        var again = await Archive("archive again");
        Check.That(again == archivedAt, $"archive again: archived_at moved from {archivedAt} to {again}");
        Console.WriteLine("3. archive again: nothing changed");

        var status = Text(await Process("read back", HttpMethod.Get), "status");
        Check.That(status == "archived", $"read back: status {status}");
        Console.WriteLine($"4. read back: {status}");

        process = await Process("restore", HttpMethod.Put, "/activate");
        Check.That(
            process.GetProperty("archived_at").ValueKind == JsonValueKind.Null,
            $"restore: not restored: {process}");
        Console.WriteLine($"5. restore: {Text(process, "status")}");

        await Archive("archive before deleting");
        var rest = await Send("delete for good", HttpMethod.Delete, "/delete", 200);
        Check.That(rest.Length == 0, $"delete for good: the answer is not empty: {rest}");
        Console.WriteLine("6. delete for good: deleted");

        Console.WriteLine($"7. read: 404 {await Refused("read deleted", HttpMethod.Get, 404)}");
    }

    /// <summary>Makes a request that must fail; returns the server's explanation.</summary>
    public async Task<string> Refused(string step, HttpMethod method, int status)
    {
        var message = Text(Json(step, await Send(step, method, "", status)), "message");
        return message is { Length: > 0 } ? message : throw Check.Failed($"{step}: the error has no message");
    }

    private async Task<string?> Archive(string step)
    {
        var process = await Process(step, HttpMethod.Delete);
        var archivedAt = Text(process, "archived_at");
        Check.That(
            Text(process, "status") == "archived" && archivedAt != null,
            $"{step}: not archived: {process}");
        return archivedAt;
    }

    private async Task<JsonElement> Process(string step, HttpMethod method, string action = "") =>
        Json(step, await Send(step, method, action, 200)).GetProperty("data");

    private async Task<string> Send(string step, HttpMethod method, string action, int expected)
    {
        using var request = new HttpRequestMessage(method, url + action);
        if (method != HttpMethod.Get)
        {
            // Wire habit: DELETE and PUT carry a body of zero bytes, announced as text/plain.
            request.Content = new StringContent("");
        }
        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        var status = (int)response.StatusCode;
        Check.That(status == expected, $"{step}: expected {expected}, got {status} {body}");
        return body;
    }

    private static JsonElement Json(string step, string body)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(body);
        }
        catch (JsonException)
        {
            throw Check.Failed($"{step}: the body is not JSON: {body}");
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() : null;
}

internal static class Check
{
    public static void That(bool condition, string complaint)
    {
        if (!condition)
        {
            throw Failed(complaint);
        }
    }

    public static Exception Failed(string complaint) => new InvalidOperationException(complaint);

    public static string Setting(string name)
    {
        var value = Environment.GetEnvironmentVariable(name);
        return value is { Length: > 0 } ? value : throw Failed($"set {name}");
    }
}
