using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace MGLMM.Server.Tests;

/// <summary>Whatever is sent to whichever path, the sender is told what is wrong with it: it is never the server that has failed.</summary>
public sealed class MalformedRequestTests
{
    private const string Json = "application/json";

    private static readonly string[] Paths =
    [
        "/mcp", "/v1/chat/completions", "/api/tools/open_image", "/api/tools/caption", "/api/tools/combine_regions", "/api/tools/export_regions", "/api/images",
        "/api/conversations/{0}/turns", "/api/conversations/{0}/edits", "/api/conversations/{0}/undo", "/api/conversations/{0}/redo",
        "/api/conversations/{0}/images/img1/regions", "/label-studio/setup", "/label-studio/predict", "/label-studio/webhook",
    ];

    private static readonly string[] Bodies =
    [
        "", " ", "{", "null", "7", "true", "\"text\"", "[]", "[[[", "{}", "[null]", "{\"a\":1}x", "\u0000", "\u00ff", "{\"\\ud800\":1}", "\"\\ud800\"",
        """{"conversation":"\ud800","image":"\ud800","source":"\ud800","regions":"\udfff"}""",
        """{"conversation":7,"image":{},"source":[null],"regions":true,"operation":1e999,"set":-0.0,"format":null}""",

        // Chat completions.
        """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA\nAA"}},{"type":"text","text":"What?"}]}]}""",
        """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":"data:image/png"},{"type":"text","text":"What?"}]}]}""",
        """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":"data:image/png;base64,%%%"},{"type":"text","text":"What?"}]}]}""",
        """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":"data:image/;,"},{"type":"text","text":"What?"}]}]}""",
        """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":"data:image/png;charset=\ud83d\ude00,x"},{"type":"text","text":"What?"}]}]}""",
        """{"messages":[{"role":"user","content":"\ud800"}]}""",
        """{"messages":[{"role":"user","content":[{"\ud800":1,"type":"text","text":"\ud800"}]}]}""",
        """{"messages":[{"role":"user","content":[7,null,[],{"type":7},{"type":"text","text":7},{"type":"image_url"}]}]}""",
        """{"messages":{},"n":1e99,"max_tokens":-1}""",
        """{"tool_choice":true,"messages":[{"role":"user","content":"What?"}]}""",
        """{"tool_choice":1,"max_tokens":-1,"n":-1,"stream_options":null,"messages":[{"role":"user","content":"What?"}]}""",

        // The page.
        """{"edit":"rename","regions":[null],"phrase":"\u0000"}""",
        """{"edit":"merge","regions":["m1","m1","","\u0000"],"others":[null]}""",
        """{"edit":"rename","regions":["m1"],"phrase":"\ud800"}""",
        """{"calls":[{"tool":null},{"tool":"caption","arguments":null}]}""",
        """{"message":"x","calls":[{"tool":"caption","arguments":{"image":"\ud800","\u0000":[]}}]}""",
        """{"image":"\u0000","message":"x"}""",
        """{"polygons":[[[[1e999,0],[0,1e999],[-1e999,-1e999]]]]}""",
        """{"polygons":[[[[1e300,0],[0,1e300],[-1e300,5]],[[1,1],[1e18,2],[3,-1e18]]]]}""",
        """{"polygons":[null,[],[[]],[[[]]]]}""",
        """{"mask":{"size":[2147483647,2147483647],"counts":"0"}}""",
        """{"mask":{"size":[-1,0],"counts":""}}""",
        """{"mask":{"size":[30],"counts":[1,2]}}""",
        """{"mask":{"size":[30,40],"counts":"\ud800"},"within":"\u0000","origin":"\u0000","phrase":"\u0000"}""",

        // Label Studio.
        """{"tasks":7}""", """{"\ud800":1,"tasks":[null]}""", """{"tasks":[],"label_config":"\ud800"}""",
        """{"tasks":[7,{"data":7},{"data":{"\ud800":"\ud800"}}],"label_config":"<View><Image name='a' value='$p'/><BrushLabels name='b' toName='a'/></View>"}""",
        """{"tasks":[{"data":{"p":"\ud800"}}],"label_config":"<View><Image name='a' value='$p'/><BrushLabels name='b' toName='a'/></View>"}""",
        """{"tasks":[{"data":{"p":"data:image/png;base64,"}}],"label_config":"<View><Image name='a' value='$p'/><BrushLabels name='b' toName='a'/></View>"}""",
        """{"tasks":[{"data":{"p":"http://[::1"}}],"label_config":"<View><Image name='a' value='$p'/><BrushLabels name='b' toName='a'><Label value='\u0001'/></BrushLabels></View>"}""",
    ];

    [Fact]
    public async Task No_body_makes_an_endpoint_fail()
    {
        await using RunningServer server = await StartAsync();
        string conversation = await server.Client.ConversationAsync();
        List<string> failed = [];
        foreach (string path in Paths)
        {
            foreach (string body in Bodies)
            {
                await SendAsync(server, failed, HttpMethod.Post, string.Format(null, path, conversation), new ByteArrayContent(Encoding.Latin1.GetBytes(body)), Json);
            }
        }

        // Nothing of it was kept half: the conversation is still there and whole.
        Assert.Equal([], failed);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync($"/api/conversations/{conversation}/page")).StatusCode);
        await server.Client.ToolAsync("segment_and_caption", new { image = "img1", conversation });
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/json; charset=klingon")]
    [InlineData("application/json; charset=utf-7")]
    [InlineData("application/json; charset=\"utf-8\"")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json;;;=")]
    [InlineData("image/png")]
    [InlineData("image/png; a=\"")]
    [InlineData("*/*")]
    [InlineData("x")]
    public async Task No_type_of_a_body_makes_an_endpoint_fail(string type)
    {
        await using RunningServer server = await StartAsync();
        string conversation = await server.Client.ConversationAsync();
        List<string> failed = [];
        foreach (string path in Paths)
        {
            await SendAsync(server, failed, HttpMethod.Post, string.Format(null, path, conversation), new StringContent("""{"messages":[]}"""), type);
        }

        Assert.Equal([], failed);
    }

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/api/tools/caption")]
    [InlineData("/api/conversations/{0}/edits")]
    [InlineData("/api/conversations/{0}/turns")]
    public async Task What_is_no_json_by_its_type_is_said(string path)
    {
        await using RunningServer server = await StartAsync();
        string conversation = await server.Client.ConversationAsync();
        foreach (string type in (string[])["text/html", "application/json; charset=klingon"])
        {
            using ByteArrayContent content = new("{}"u8.ToArray());
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            using HttpResponseMessage response = await server.Client.PostAsync(string.Format(null, path, conversation), content);
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
            Assert.Contains("media_type", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("application/json; charset=\"utf-8\"")]
    [InlineData("application/json;charset=\"UTF-8\"; a=b")]
    [InlineData("application/json; charset=utf-8")]
    public async Task An_encoding_is_known_in_quotes_too(string type)
    {
        await using RunningServer server = await StartAsync();
        string conversation = await server.Client.ConversationAsync();
        object[] said = [new { type = "image_url", image_url = new { url = Requests.DataUri() } }, new { type = "text", text = "Which halves?" }];
        foreach ((string path, object body) in ((string, object)[])
            [
                ("/api/tools/segment_and_caption", new { image = "img1", conversation }),
                ($"/api/conversations/{conversation}/images/img1/regions", new { polygons = new[] { new[] { new[] { new[] { 0.0, 0 }, [9, 0], [9, 9] } } } }),
                ("/v1/chat/completions", new { model = "scripted", messages = new[] { new { role = "user", content = said } } }),
                ("/mcp", new { jsonrpc = "2.0", id = 1, method = "initialize", @params = new { protocolVersion = "2025-03-26", capabilities = new { }, clientInfo = new { name = "test", version = "1" } } }),
            ])
        {
            using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = Requests.Json(body) };
            request.Content.Headers.Remove("Content-Type");
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            request.Headers.Accept.ParseAdd("application/json, text/event-stream");
            using HttpResponseMessage response = await server.Client.SendAsync(request);
            Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }
    }

    [Fact]
    public async Task No_address_or_header_makes_an_endpoint_fail()
    {
        await using RunningServer server = await StartAsync();
        string conversation = await server.Client.ConversationAsync();
        List<string> failed = [];
        string[] handles = ["%00", "%0A", "%FF", "%ED%A0%80", "..%2F..", "%25s", new('a', 2_000), "m1%00"];
        foreach (string handle in handles)
        {
            foreach (string path in (string[])
                [
                    $"/api/conversations/{handle}", $"/api/conversations/{handle}/page", $"/api/conversations/{conversation}/images/{handle}", $"/api/conversations/{conversation}/regions/{handle}",
                    $"/api/conversations/{conversation}/artifacts/{handle}", $"/v1/models/{handle}", $"/{handle}",
                ])
            {
                await SendAsync(server, failed, HttpMethod.Get, path);
            }

            await SendAsync(server, failed, HttpMethod.Delete, $"/api/conversations/{handle}");
            await SendAsync(server, failed, HttpMethod.Post, $"/api/tools/{handle}", new StringContent("{}"), Json);
            await SendAsync(server, failed, HttpMethod.Post, $"/api/images?name={handle}&conversation={handle}", new ByteArrayContent(Requests.Png()), "image/png");
            await SendAsync(server, failed, HttpMethod.Post, $"/api/conversations/{conversation}/images/img1/regions?phrase={handle}", new ByteArrayContent(Requests.Png()), "image/png");
        }

        // Hosts that are let in by their name, and what is no address with them.
        foreach (string host in (string[])["localhost:99999", "localhost:-1", "localhost:x", "localhost:", "[::1", "127.0.0.1:0", "localhost"])
        {
            foreach (string? origin in (string?[])[null, "http://localhost:99999", "https://127.0.0.1", "file:///x", "null", "http://", "x:", "data:x", "mailto:a@b"])
            {
                await SendAsync(server, failed, HttpMethod.Get, "/robots.txt", change: request =>
                {
                    request.Headers.TryAddWithoutValidation("Host", host);
                    request.Headers.TryAddWithoutValidation("Origin", origin);
                });
            }
        }

        // An error is told in JSON, whatever else was asked for.
        foreach (string path in (string[])["/api/conversations/none", $"/api/conversations/{conversation}/images/img9", "/v1/models/none", "/nothing"])
        {
            foreach (string accept in (string[])["image/png", "text/html", "x", "*/*;q=0"])
            {
                await SendAsync(server, failed, HttpMethod.Get, path, change: request => request.Headers.TryAddWithoutValidation("Accept", accept));
            }
        }

        Assert.Equal([], failed);
        using HttpRequestMessage asked = new(HttpMethod.Get, "/api/conversations/none");
        asked.Headers.Accept.ParseAdd("image/png");
        using HttpResponseMessage told = await server.Client.SendAsync(asked);
        await told.RefusedAsync(404, "unknown_handle");
    }

    private static Task<RunningServer> StartAsync() => RunningServer.StartAsync(options => options.MaximumRequestsPerMinute = 1_000_000);

    private static async Task SendAsync(
        RunningServer server, List<string> failed, HttpMethod method, string path, HttpContent? content = null, string? type = null, Action<HttpRequestMessage>? change = null)
    {
        using HttpRequestMessage request = new(method, path) { Content = content };
        content?.Headers.Remove("Content-Type");
        content?.Headers.TryAddWithoutValidation("Content-Type", type);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(Json));
        if (path == "/mcp")
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        }

        if (change is not null)
        {
            request.Headers.Accept.Clear();
            change(request);
        }

        using HttpResponseMessage response = await server.Client.SendAsync(request);
        if ((int)response.StatusCode >= 500)
        {
            string sent = content is null ? request.Headers.ToString() : Encoding.Latin1.GetString(await content.ReadAsByteArrayAsync());
            failed.Add($"{(int)response.StatusCode} {method} {path} {type} {sent}: {await response.Content.ReadAsStringAsync()}");
        }
        else
        {
            await response.Content.ReadAsByteArrayAsync();
        }
    }
}
