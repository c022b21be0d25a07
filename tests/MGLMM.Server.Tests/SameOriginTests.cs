using System.Net;
using System.Text;

namespace MGLMM.Server.Tests;

/// <summary>A page elsewhere must not reach a local server: not under a name that now leads here, not from its own origin, not by a form.</summary>
public sealed class SameOriginTests
{
    public static TheoryData<string, string> Paths => new()
    {
        { "POST", "/mcp" },
        { "POST", "/v1/chat/completions" },
        { "GET", "/v1/models" },
        { "POST", "/api/tools/open_image" },
        { "POST", "/api/images" },
        { "GET", "/api/conversations" },
        { "POST", "/label-studio/predict" },
        { "GET", "/metrics" },
        { "GET", "/robots.txt" },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_rebound_name_and_a_foreign_origin_are_refused_everywhere(string method, string path)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await RefusedAsync("host_not_allowed", request => request.Headers.Host = $"evil.example:{server.Address.Port}");
        await RefusedAsync("host_not_allowed", request => request.Headers.Host = "localhost.evil.example");
        await RefusedAsync("origin_not_allowed", request => request.Headers.Add("Origin", "https://evil.example"));
        await RefusedAsync("origin_not_allowed", request => request.Headers.Add("Origin", "null"));
        await RefusedAsync("origin_not_allowed", request => request.Headers.Add("Origin", $"http://127.0.0.1:{server.Address.Port + 1}"));
        await RefusedAsync("origin_not_allowed", request => request.Headers.Add("Sec-Fetch-Site", "cross-site"));
        await RefusedAsync("origin_not_allowed", request => request.Headers.Add("Sec-Fetch-Site", "same-site"));
        Assert.Equal(0, server.Model.UnderWay + server.Model.Cancelled);

        async Task RefusedAsync(string code, Action<HttpRequestMessage> change)
        {
            using HttpRequestMessage request = new(new HttpMethod(method), path);
            if (method == "POST")
            {
                request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
            }

            change(request);
            using HttpResponseMessage response = await server.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.Contains(code, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "source=garden.png")]
    [InlineData("multipart/form-data; boundary=x", "--x--")]
    [InlineData("text/plain", "{\"source\":\"garden.png\"}")]
    [InlineData(null, "{\"source\":\"garden.png\"}")]
    public async Task A_plain_form_is_not_taken(string? type, string body)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        foreach (string path in (string[])["/mcp", "/api/tools/open_image", "/api/images", "/v1/chat/completions", "/label-studio/setup"])
        {
            using ByteArrayContent content = new(Encoding.UTF8.GetBytes(body));
            if (type is not null)
            {
                content.Headers.TryAddWithoutValidation("Content-Type", type);
            }

            using HttpResponseMessage response = await server.Client.PostAsync(path, content);
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        }
    }

    [Fact]
    public async Task The_servers_own_page_and_followed_links_are_let_in()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using HttpRequestMessage own = new(HttpMethod.Post, "/api/tools/open_image") { Content = Requests.Json(new { source = Requests.DataUri() }) };
        own.Headers.Add("Origin", server.Address.GetLeftPart(UriPartial.Authority));
        own.Headers.Add("Sec-Fetch-Site", "same-origin");
        Assert.Equal(HttpStatusCode.OK, (await server.Client.SendAsync(own)).StatusCode);

        using HttpRequestMessage link = new(HttpMethod.Get, "/robots.txt");
        link.Headers.Add("Sec-Fetch-Site", "cross-site");
        link.Headers.Add("Sec-Fetch-Mode", "navigate");
        Assert.Equal(HttpStatusCode.OK, (await server.Client.SendAsync(link)).StatusCode);

        using HttpRequestMessage named = new(HttpMethod.Get, "/robots.txt");
        named.Headers.Host = $"localhost:{server.Address.Port}";
        Assert.Equal(HttpStatusCode.OK, (await server.Client.SendAsync(named)).StatusCode);
    }

    [Fact]
    public async Task No_permission_is_given_to_another_origin_and_nothing_is_loaded_from_elsewhere()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using HttpRequestMessage preflight = new(HttpMethod.Options, "/api/tools/open_image");
        preflight.Headers.Add("Origin", "https://evil.example");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        using HttpResponseMessage refused = await server.Client.SendAsync(preflight);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.False(refused.Headers.Contains("Access-Control-Allow-Origin"));

        foreach (string path in (string[])["/robots.txt", "/health/live", "/api/conversations", "/nothing"])
        {
            using HttpResponseMessage response = await server.Client.GetAsync(path);
            Assert.StartsWith("default-src 'none'; script-src 'self';", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Cross-Origin-Resource-Policy")));
            Assert.False(response.Headers.Contains("Server"));
        }
    }
}
