using System.Net;
using System.Net.Http.Headers;
using System.Text;
using MGLMM.Server.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol.Client;

namespace MGLMM.Server.Tests;

/// <summary>Who has a key is let in, as its owner and as nobody else, for as long as the file has the key.</summary>
public sealed class ApiKeyTests : IDisposable
{
    private const string AnnsKey = "ann-0123456789abcdef";
    private const string BobsKey = "bob-0123456789abcdef";

    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-keys-").FullName;

    private string KeyFile => Path.Combine(_folder, "keys.txt");

    /// <summary>Data protection writes a key into the home of whoever runs the server, and warns where it cannot; nothing here uses one.</summary>
    [Fact]
    public async Task The_server_makes_no_key_of_its_own()
    {
        IServiceCollection services = new ServiceCollection();
        await using RunningServer server = await RunningServer.StartAsync(builder => services = builder.Services);
        Assert.NotEmpty(services);
        Assert.DoesNotContain(services, service => service.ServiceType.FullName!.Contains("DataProtection", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_a_missing_and_a_revoked_key_let_nobody_in()
    {
        await File.WriteAllTextAsync(KeyFile, $"# who may\nann {AnnsKey}\nbob\t{BobsKey}\n");
        await using RunningServer server = await RunningServer.StartAsync(options => options.ApiKeyFile = KeyFile);
        using HttpClient ann = server.NewClient(AnnsKey);
        using HttpClient bob = server.NewClient(BobsKey);
        foreach (string? key in (string?[])[null, "ann", AnnsKey + "0", AnnsKey[..^1], string.Empty])
        {
            using HttpClient stranger = server.NewClient(key);
            foreach (string path in (string[])["/api/conversations", "/api/model", "/v1/models", "/label-studio/health", "/metrics", "/mcp"])
            {
                using HttpResponseMessage refused = await stranger.GetAsync(path);
                Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
                Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.Single().Scheme);
                Assert.DoesNotContain(AnnsKey, await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }

            foreach (string path in (string[])["/health/live", "/health/ready", "/robots.txt", "/openapi/v1.json"])
            {
                Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync(path)).StatusCode);
            }
        }

        Assert.Equal(HttpStatusCode.OK, (await ann.GetAsync("/api/conversations")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await bob.GetAsync("/api/conversations")).StatusCode);

        await File.WriteAllTextAsync(KeyFile, $"bob {BobsKey}\ncleo cleo-0123456789abcdef\n");
        Assert.Equal(HttpStatusCode.Unauthorized, (await ann.GetAsync("/api/conversations")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await bob.GetAsync("/api/conversations")).StatusCode);
        using HttpClient cleo = server.NewClient("cleo-0123456789abcdef");
        Assert.Equal(HttpStatusCode.OK, (await cleo.GetAsync("/api/conversations")).StatusCode);

        await File.WriteAllTextAsync(KeyFile, "bob short\n");
        Assert.Equal(HttpStatusCode.Unauthorized, (await bob.GetAsync("/api/conversations")).StatusCode);
        File.Delete(KeyFile);
        Assert.Equal(HttpStatusCode.Unauthorized, (await bob.GetAsync("/api/conversations")).StatusCode);
        await File.WriteAllTextAsync(KeyFile, $"bob {BobsKey}\n");
        Assert.Equal(HttpStatusCode.OK, (await bob.GetAsync("/api/conversations")).StatusCode);
    }

    /// <summary>As a cluster mounts its secrets: the file is a link through a link to a folder, and that one is exchanged.</summary>
    [Fact]
    public async Task A_key_that_is_taken_out_behind_a_link_lets_nobody_in()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there.");
        foreach ((string state, string owner, string key, int second) in ((string, string, string, int)[])[("first", "ann", AnnsKey, 1), ("second", "bob", BobsKey, 2)])
        {
            string file = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, state)).FullName, "keys.txt");
            await File.WriteAllTextAsync(file, $"{owner} {key}\n");
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddSeconds(second));
        }

        string data = Path.Combine(_folder, "data");
        Directory.CreateSymbolicLink(data, "first");
        File.CreateSymbolicLink(KeyFile, Path.Combine("data", "keys.txt"));
        await using RunningServer server = await RunningServer.StartAsync(options => options.ApiKeyFile = KeyFile);
        using HttpClient ann = server.NewClient(AnnsKey);
        using HttpClient bob = server.NewClient(BobsKey);
        Assert.Equal(HttpStatusCode.OK, (await ann.GetAsync("/api/conversations")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await bob.GetAsync("/api/conversations")).StatusCode);

        Directory.CreateSymbolicLink(data + ".new", "second");
        Directory.Delete(data);
        Directory.Move(data + ".new", data);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ann.GetAsync("/api/conversations")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await bob.GetAsync("/api/conversations")).StatusCode);
    }

    [Fact]
    public async Task A_key_comes_in_three_ways()
    {
        await File.WriteAllTextAsync(KeyFile, $"ann {AnnsKey}\n");
        await using RunningServer server = await RunningServer.StartAsync(options => options.ApiKeyFile = KeyFile);
        foreach ((string name, string value) in ((string, string)[])
            [
                ("Authorization", $"Bearer {AnnsKey}"), ("X-Api-Key", AnnsKey), ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"anybody:{AnnsKey}"))),
            ])
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "/api/conversations");
            request.Headers.TryAddWithoutValidation(name, value);
            Assert.Equal(HttpStatusCode.OK, (await server.Client.SendAsync(request)).StatusCode);
        }

        foreach (string value in (string[])["Basic !", "Basic " + Convert.ToBase64String("no colon"u8.ToArray()), "Digest x", "Bearer", $"Basic {AnnsKey}"])
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "/api/conversations");
            request.Headers.TryAddWithoutValidation("Authorization", value);
            Assert.Equal(HttpStatusCode.Unauthorized, (await server.Client.SendAsync(request)).StatusCode);
        }
    }

    [Fact]
    public async Task Another_owners_conversations_are_not_there()
    {
        await File.WriteAllTextAsync(KeyFile, $"ann {AnnsKey}\nbob {BobsKey}\n");
        await using RunningServer server = await RunningServer.StartAsync(options =>
        {
            options.ApiKeyFile = KeyFile;
            options.DataFolder = Path.Combine(_folder, "data");
        });
        using HttpClient ann = server.NewClient(AnnsKey);
        using HttpClient bob = server.NewClient(BobsKey);
        string conversation = await ann.ConversationAsync();
        foreach (string path in (string[])["", "/images/img1", "/regions/m1", "/artifacts/a1"])
        {
            Assert.Equal(HttpStatusCode.OK, (await ann.GetAsync($"/api/conversations/{conversation}{path}")).StatusCode);
            await (await bob.GetAsync($"/api/conversations/{conversation}{path}")).RefusedAsync(404, "unknown_handle");
        }

        foreach (string tool in (string[])["caption", "render_image", "open_image"])
        {
            using HttpResponseMessage refused = await bob.PostAsync($"/api/tools/{tool}", Requests.Json(new { image = "img1", source = Requests.DataUri(), conversation }));
            await refused.RefusedAsync(404, "unknown_handle");
        }

        await (await bob.PostAsync($"/api/images?conversation={conversation}", Requests.File(Requests.Png()))).RefusedAsync(404, "unknown_handle");
        await (await bob.DeleteAsync($"/api/conversations/{conversation}")).RefusedAsync(404, "unknown_handle");
        Assert.Equal("[]", await bob.GetStringAsync("/api/conversations"));
        await using McpClient mcp = await McpClient.CreateAsync(new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = new Uri(server.Address, "/mcp"),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {BobsKey}" },
        }));
        Assert.Empty(await mcp.ListResourcesAsync());
        Assert.True((await mcp.CallToolAsync("caption", new Dictionary<string, object?> { ["image"] = "img1", ["conversation"] = conversation })).IsError);

        Assert.Equal(HttpStatusCode.NoContent, (await ann.DeleteAsync($"/api/conversations/{conversation}")).StatusCode);
        await (await ann.GetAsync($"/api/conversations/{conversation}")).RefusedAsync(404, "unknown_handle");
    }

    [Theory]
    [InlineData("http://0.0.0.0:5080")]
    [InlineData("http://*:5080")]
    [InlineData("http://[::]:5080")]
    [InlineData("http://192.168.1.7:5080")]
    [InlineData("http://example.com:5080")]
    public void Without_keys_it_listens_on_the_loopback_alone(string url)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => MglmmServer.Build(configureServer: options => options.Urls = ["http://127.0.0.1:5080", url]));
        Assert.Contains("--api-key-file", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:5080")]
    [InlineData("ftp://127.0.0.1:5080")]
    [InlineData("http://127.0.0.1:5080/path")]
    public void What_is_no_address_is_told(string url) =>
        Assert.Contains(url, Assert.Throws<ArgumentException>(() => MglmmServer.Build(configureServer: options => options.Urls = [url])).Message, StringComparison.Ordinal);

    [Fact]
    public void Kestrels_own_settings_open_no_back_door() => Assert.Contains("Kestrel:Endpoints", Assert.Throws<ArgumentException>(() => MglmmServer.Build(
        configureBuilder: builder => builder.Configuration["Kestrel:Endpoints:Http:Url"] = "http://0.0.0.0:5080")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("", "no key")]
    [InlineData("# nobody\n", "no key")]
    [InlineData("ann\n", "Line 1")]
    [InlineData("ann 0123456789abcdef extra\n", "Line 1")]
    [InlineData("\n\nann 0123456789abcde\n", "Line 3")]
    [InlineData("ann 0123456789abcdef\nbob 0123456789abcdef\n", "Line 2")]
    public void A_wrong_file_of_keys_ends_the_start_without_telling_a_key(string content, string part)
    {
        File.WriteAllText(KeyFile, content);
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new ApiKeyFile(KeyFile, NullLogger.Instance));
        Assert.Contains(part, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ApiKeyFile(Path.Combine(_folder, "none"), NullLogger.Instance));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
