using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MGLMM.Masks;
using MGLMM.Server.Page;
using MGLMM.Vision.Workspaces;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MGLMM.Server.Tests;

/// <summary>What the page asks of the server: turns as events, layers that are undone, regions of a person's own, all in the caller's own conversations.</summary>
public sealed class PageTests
{
    [Fact]
    public async Task A_turn_tells_what_happens_and_is_in_the_history()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        string conversation = await UploadAsync(server.Client);
        List<JsonElement> events = await TurnAsync(server.Client, conversation, new { message = "Describe the scene" });
        Assert.Equal("begun", Kind(events[0]));
        Assert.Equal(("done", "done"), (Kind(events[^1]), events[^1].GetProperty("text").GetString()));
        Assert.Equal(["segment_and_caption", "render_image"], events.Where(one => Kind(one) == "call").Select(one => one.GetProperty("tool").GetString()));

        // The vision model's words come before its result, and make the whole of it.
        Assert.Equal(ScriptedGroundingModel.Halves, string.Concat(events.TakeWhile(one => Kind(one) != "result").Where(one => Kind(one) == "words").Select(one => one.GetProperty("text").GetString())));
        JsonElement[] regions = [.. events.First(one => Kind(one) == "page").GetProperty("page").GetProperty("regions").EnumerateArray()];
        Assert.Equal(["m1", "m2"], regions.Select(region => region.GetProperty("region").GetString()));
        Assert.Equal(["#e63946", "#1e88e5"], regions.Select(region => region.GetProperty("color").GetString()));
        Assert.StartsWith("There is a left half [m1] and a right half [m2].", string.Concat(events.Where(one => Kind(one) == "text").Select(one => one.GetProperty("text").GetString())), StringComparison.Ordinal);

        JsonElement turn = (await PageAsync(server.Client, conversation)).GetProperty("turns").EnumerateArray().Single();
        Assert.Equal(("chat", "Describe the scene", "done", 2), (turn.GetProperty("kind").GetString(), turn.GetProperty("message").GetString(), turn.GetProperty("outcome").GetString(), turn.GetProperty("calls").GetArrayLength()));
        Assert.Equal("s1", turn.GetProperty("calls")[0].GetProperty("result").GetProperty("set").GetString());

        // The next turn knows of it.
        events = await TurnAsync(server.Client, conversation, new { message = "Cut them out" });
        Assert.Contains(events, one => Kind(one) == "call" && one.GetProperty("arguments").TryGetProperty("style", out JsonElement style) && style.GetString() == "cutout");
    }

    [Fact]
    public async Task A_description_takes_the_place_of_the_one_before_and_is_undone_as_one()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        string conversation = await UploadAsync(server.Client);
        object Segment(string granularity, string? within = null) => new { tool = "segment_and_caption", arguments = new { image = "img1", granularity, within } };
        await TurnAsync(server.Client, conversation, new { message = "Scene", calls = new[] { Segment("panoptic") } });
        server.Model.Answer = (_, _) => "I see <p> one side </p> [SEG].</s>";
        await TurnAsync(server.Client, conversation, new { message = "Objects", calls = new[] { Segment("instance") } });
        Shows(await PageAsync(server.Client, conversation), "m1 aside", "m2 aside", "m3");
        server.Model.Answer = (_, _) => "It has <p> a part </p> [SEG].</s>";
        await TurnAsync(server.Client, conversation, new { message = "Parts", calls = new[] { Segment("part", "m3") } });
        Shows(await PageAsync(server.Client, conversation), "m1 aside", "m2 aside", "m3 hidden", "m4");

        JsonElement page = await PostAsync(server.Client, conversation, "undo", new { });
        Shows(page, "m1 aside", "m2 aside", "m3");
        Assert.Equal(("Objects", "Parts"), (page.GetProperty("undo").GetString(), page.GetProperty("redo").GetString()));
        Shows(await PostAsync(server.Client, conversation, "undo", new { }), "m1", "m2");
        Shows(await PostAsync(server.Client, conversation, "undo", new { }));
        using HttpResponseMessage nothing = await server.Client.PostAsync($"/api/conversations/{conversation}/undo", Requests.Json(new { }));
        await nothing.RefusedAsync(409, "nothing_to_undo");
        for (int index = 0; index < 3; index++)
        {
            page = await PostAsync(server.Client, conversation, "redo", new { });
        }

        Shows(page, "m1 aside", "m2 aside", "m3 hidden", "m4");
        Assert.False(page.TryGetProperty("redo", out _));
    }

    [Fact]
    public async Task Edits_rename_hide_merge_subtract_and_remove()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        string conversation = await server.Client.ConversationAsync();
        await PostAsync(server.Client, conversation, "edits", new { edit = "rename", regions = new[] { "m1" }, phrase = " the west " });
        Assert.Equal("the west", (await server.Client.GetFromJsonAsync<JsonElement>($"/api/conversations/{conversation}/regions/m1")).GetProperty("phrase").GetString());
        Shows(await PostAsync(server.Client, conversation, "edits", new { edit = "hide", regions = new[] { "m2" } }), "m1", "m2 hidden");

        // What is joined takes the place of both; the result is exact.
        JsonElement page = await PostAsync(server.Client, conversation, "edits", new { edit = "merge", regions = new[] { "m1", "m2" }, phrase = "all" });
        Shows(page, "m3");
        Assert.Equal(40 * 30, page.GetProperty("regions")[0].GetProperty("area_px").GetInt64());
        Assert.Equal("Merge the west, a right half", page.GetProperty("undo").GetString());
        Assert.Equal("combine_regions", page.GetProperty("turns").EnumerateArray().Last().GetProperty("calls")[0].GetProperty("tool").GetString());
        page = await PostAsync(server.Client, conversation, "edits", new { edit = "subtract", regions = new[] { "m3" }, others = new[] { "m2" } });
        Assert.Equal(20 * 30, page.GetProperty("regions")[0].GetProperty("area_px").GetInt64());
        Shows(await PostAsync(server.Client, conversation, "edits", new { edit = "remove", regions = new[] { "m4" } }));
        for (int index = 0; index < 4; index++)
        {
            page = await PostAsync(server.Client, conversation, "undo", new { });
        }

        Shows(page, "m1", "m2");
        await PostAsync(server.Client, conversation, "undo", new { });
        Assert.Equal("a left half", (await server.Client.GetFromJsonAsync<JsonElement>($"/api/conversations/{conversation}/regions/m1")).GetProperty("phrase").GetString());

        // A handle that was told stays true, whatever is shown.
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync($"/api/conversations/{conversation}/regions/m4")).StatusCode);
    }

    [Fact]
    public async Task Run_lengths_polygons_and_pictures_become_regions()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        string conversation = await UploadAsync(server.Client);
        Mask square = Mask.FromRectangle(40, 30, new PixelBox(10, 5, 20, 15));
        JsonElement[] added =
        [
            await AddAsync(Requests.Json(new { phrase = "rle", origin = "drawn with the brush", mask = new { size = new[] { 30, 40 }, counts = CocoRle.Encode(square) } })),
            await AddAsync(Requests.Json(new { phrase = "polygon", polygons = new[] { new[] { new[] { new[] { 10.0, 5 }, [20, 5], [20, 15], [10, 15] } } } })),
            await AddAsync(Requests.File(MaskPng.Encode(square, 8)), "?phrase=png"),
        ];
        Assert.Equal(["rle", "polygon", "png"], added.Select(region => region.GetProperty("phrase").GetString()));
        Assert.Equal(["drawn with the brush", "drawn by the user", "drawn by the user"], added.Select(region => region.GetProperty("origin").GetString()));
        Assert.All(added, region => Assert.Equal(CocoRle.Encode(square), region.GetProperty("mask").GetProperty("counts").GetString()));
        Shows(await PostAsync(server.Client, conversation, "undo", new { }), "m1", "m2");

        async Task<JsonElement> AddAsync(HttpContent content, string query = "")
        {
            using HttpResponseMessage response = await server.Client.PostAsync($"/api/conversations/{conversation}/images/img1/regions{query}", content);
            Assert.Equal(HttpStatusCode.Created, response.StatusCode);
            return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("regions")[0];
        }
    }

    [Theory]
    [InlineData("images/img1/regions", """{"mask":{"size":[3,4],"counts":"0<"}}""", 400)]
    [InlineData("images/img1/regions", """{"mask":{"size":[30,40],"counts":"~~"}}""", 400)]
    [InlineData("images/img1/regions", """{"polygons":[[[[0,0],[1,1]]]]}""", 400)]
    [InlineData("images/img1/regions", """{"polygons":[[[[0,0],[1],[5,5]]]]}""", 400)]
    [InlineData("images/img1/regions", """{"polygons":[[null]]}""", 400)]
    [InlineData("images/img1/regions", """{}""", 400)]
    [InlineData("images/img9/regions", """{"polygons":[[[[0,0],[9,0],[9,9]]]]}""", 404)]
    [InlineData("edits", """{"edit":"explode","regions":["m1"]}""", 400)]
    [InlineData("edits", """{"edit":"rename"}""", 400)]
    [InlineData("edits", """{"edit":"merge","regions":["m1"]}""", 400)]
    [InlineData("edits", """{"edit":"subtract","regions":["m1"]}""", 400)]
    [InlineData("edits", """{"edit":"subtract","regions":["m1"],"others":["m1"]}""", 400)]
    [InlineData("edits", """{"edit":"hide","regions":["m9"]}""", 404)]
    [InlineData("turns", """{}""", 400)]
    [InlineData("turns", """{"message":"   "}""", 400)]
    [InlineData("turns", """{"calls":[{"tool":"open_image"}]}""", 400)]
    [InlineData("turns", """{"calls":[null]}""", 400)]
    [InlineData("turns", """{"message":"x","image":"img9"}""", 404)]
    [InlineData("turns", """[]""", 400)]
    public async Task What_is_wrong_is_a_problem_with_a_way_out(string path, string body, int status)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        string conversation = await server.Client.ConversationAsync();
        using HttpResponseMessage response = await server.Client.PostAsync($"/api/conversations/{conversation}/{path}", new StringContent(body, Encoding.UTF8, "application/json"));
        await response.RefusedAsync(status, status == 404 ? "unknown_handle" : "bad_argument");
    }

    [Fact]
    public async Task One_turn_runs_at_a_time_and_one_that_is_left_stops()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        string conversation = await UploadAsync(server.Client);
        TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Model.Held = token =>
        {
            held.TrySetResult();
            return Task.Delay(Timeout.Infinite, token);
        };
        using CancellationTokenSource leaving = new();
        Task<List<JsonElement>> left = TurnAsync(server.Client, conversation, new { message = "Describe the scene" }, leaving.Token);
        await held.Task.WaitAsync(TimeSpan.FromSeconds(20));
        using (HttpResponseMessage second = await server.Client.PostAsync($"/api/conversations/{conversation}/turns", Requests.Json(new { message = "And now?" })))
        {
            await second.RefusedAsync(409, "busy");
        }

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        server.Model.Held = null;
        for (int attempt = 0; attempt < 400 && (await PageAsync(server.Client, conversation)).GetProperty("turns").GetArrayLength() == 0; attempt++)
        {
            await Task.Delay(10);
        }

        Assert.Equal("cancelled", (await PageAsync(server.Client, conversation)).GetProperty("turns")[0].GetProperty("outcome").GetString());
        await server.Model.IdleAsync();
        Assert.Equal(1, server.Model.Cancelled);

        // What broke off is not told to the planner as done: it looks anew before it cuts out.
        List<JsonElement> events = await TurnAsync(server.Client, conversation, new { message = "Cut them out" });
        Assert.Equal("segment_and_caption", events.First(one => Kind(one) == "call").GetProperty("tool").GetString());
    }

    /// <summary>The model ends some time after it was stopped; who asks meanwhile is not told to wait, and who asks while nobody has stopped anything is.</summary>
    [Fact]
    public async Task A_turn_that_was_stopped_is_waited_for()
    {
        PageSession session = PageSession.Of(new VisionWorkspace());
        using CancellationTokenSource stopping = new();
        FakeTime time = new();
        PageSession.TurnUnderWay first = (await session.BeginTurnAsync(time, stopping.Token))!;
        Assert.Null(await session.BeginTurnAsync(time, CancellationToken.None));

        await stopping.CancelAsync();
        Task<PageSession.TurnUnderWay?> second = session.BeginTurnAsync(time, CancellationToken.None);
        Assert.False(second.IsCompleted);
        first.Dispose();
        using (PageSession.TurnUnderWay? begun = await second)
        {
            Assert.Equal((1, 2), (first.Number, begun!.Number));
        }

        // Not without end, nor for somebody who is gone.
        PageSession.TurnUnderWay third = (await session.BeginTurnAsync(time, stopping.Token))!;
        Task<PageSession.TurnUnderWay?> late = session.BeginTurnAsync(time, CancellationToken.None);
        Assert.Null(await session.BeginTurnAsync(time, stopping.Token));
        Assert.False(late.IsCompleted);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await late);
        third.Dispose();
    }

    [Fact]
    public async Task It_survives_a_restart_and_no_other_owner_sees_it()
    {
        string folder = Directory.CreateTempSubdirectory("mglmm-page-").FullName;
        string keys = Path.Combine(folder, "keys");
        await File.WriteAllTextAsync(keys, "anna key-of-anna-0123456789\nbert key-of-bert-0123456789\n");
        string conversation;
        await using (RunningServer server = await RunningServer.StartAsync(options => (options.DataFolder, options.ApiKeyFile) = (Path.Combine(folder, "data"), keys)))
        {
            using HttpClient anna = server.NewClient("key-of-anna-0123456789");
            conversation = await UploadAsync(anna);
            await TurnAsync(anna, conversation, new { message = "Describe the scene" });
            await PostAsync(anna, conversation, "edits", new { edit = "hide", regions = new[] { "m2" } });

            using HttpClient bert = server.NewClient("key-of-bert-0123456789");
            await (await bert.GetAsync($"/api/conversations/{conversation}/page")).RefusedAsync(404, "unknown_handle");
            foreach ((string path, object body) in ((string, object)[])
                [
                    ("turns", new { message = "Describe the scene" }), ("edits", new { edit = "hide", regions = new[] { "m1" } }), ("undo", new { }), ("redo", new { }),
                    ("images/img1/regions", new { polygons = new[] { new[] { new[] { new[] { 0.0, 0 }, [9, 0], [9, 9] } } } }),
                ])
            {
                await (await bert.PostAsync($"/api/conversations/{conversation}/{path}", Requests.Json(body))).RefusedAsync(404, "unknown_handle");
                Assert.Equal(HttpStatusCode.Unauthorized, (await server.Client.PostAsync($"/api/conversations/{conversation}/{path}", Requests.Json(body))).StatusCode);
            }
        }

        await using (RunningServer server = await RunningServer.StartAsync(options => (options.DataFolder, options.ApiKeyFile) = (Path.Combine(folder, "data"), keys)))
        {
            using HttpClient anna = server.NewClient("key-of-anna-0123456789");
            JsonElement page = await PageAsync(anna, conversation);
            Shows(page, "m1", "m2 hidden");
            Assert.Equal("Describe the scene", page.GetProperty("turns")[0].GetProperty("message").GetString());
            Shows(await PostAsync(anna, conversation, "undo", new { }), "m1", "m2");
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_endpoint_of_the_environment_plans_and_sees_what_was_done_by_hand()
    {
        await using ScriptedEndpoint endpoint = await ScriptedEndpoint.StartAsync();
        await using RunningServer server = await RunningServer.StartAsync(null, null, ("OPENAI_BASE_URL", endpoint.Address + "/v1"), ("OPENAI_MODEL", "planner-7b"));
        JsonElement planner = (await server.Client.GetFromJsonAsync<JsonElement>("/api/model")).GetProperty("planner");
        Assert.Equal(($"planner-7b at {new Uri(endpoint.Address).Authority}", true), (planner.GetProperty("name").GetString(), planner.GetProperty("is_language_model").GetBoolean()));
        string conversation = await UploadAsync(server.Client);
        await TurnAsync(server.Client, conversation, new { message = "Scene", calls = new[] { new { tool = "segment_and_caption", arguments = new { image = "img1", granularity = "panoptic" } } } });
        List<JsonElement> events = await TurnAsync(server.Client, conversation, new { message = "Where is the left half?" });
        Assert.Equal("refer", events.Single(one => Kind(one) == "call").GetProperty("tool").GetString());
        Assert.Equal(["It is ", "on the left [m3]."], events.Where(one => Kind(one) == "text").Select(one => one.GetProperty("text").GetString()));

        // The request that it was sent: how to work, what was done by hand with its result, the question, the tools.
        string asked = endpoint.Bodies[0];
        foreach (string part in (string[])["You answer requests about pictures", "by hand: Scene", "There is a left half [m1] and a right half [m2].", "Where is the left half?", "select_regions"])
        {
            Assert.Contains(part, asked, StringComparison.Ordinal);
        }

        // An endpoint that fails is said to be the one, without its words.
        endpoint.Fails = true;
        JsonElement error = (await TurnAsync(server.Client, conversation, new { message = "And now?" })).Single(one => Kind(one) == "error").GetProperty("error");
        Assert.Equal("planner_failed", error.GetProperty("code").GetString());
        Assert.Contains("planner-7b", error.GetProperty("message").GetString()!, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_planner_that_takes_pictures_is_shown_what_it_had_drawn()
    {
        await using ScriptedEndpoint endpoint = await ScriptedEndpoint.StartAsync();
        endpoint.Call = ("render_image", """{\"image\":\"img1\"}""");
        await using RunningServer server = await RunningServer.StartAsync(
            null, null, ("OPENAI_BASE_URL", endpoint.Address + "/v1"), ("OPENAI_MODEL", "planner-7b"), ("VISION_AGENT_SEES_PICTURES", "true"));
        string conversation = await server.Client.ConversationAsync();
        await TurnAsync(server.Client, conversation, new { message = "Show me" });
        JsonElement[] messages = [.. JsonDocument.Parse(endpoint.Bodies[^1]).RootElement.GetProperty("messages").EnumerateArray()];
        Assert.Equal(("tool", "user"), (messages[^2].GetProperty("role").GetString(), messages[^1].GetProperty("role").GetString()));
        string address = messages[^1].GetProperty("content").EnumerateArray().Single(part => part.GetProperty("type").GetString() == "image_url").GetProperty("image_url").GetProperty("url").GetString()!;
        Assert.Equal(await server.Client.GetByteArrayAsync($"/api/conversations/{conversation}/artifacts/a2"), Convert.FromBase64String(address[(address.IndexOf(',', StringComparison.Ordinal) + 1)..]));
    }

    [Fact]
    public void Variables_that_do_not_fit_together_end_the_start_in_words()
    {
        Exception refused = Assert.ThrowsAny<ArgumentException>(() => MglmmServer.Build(
            null, null, builder => Microsoft.Extensions.Configuration.MemoryConfigurationBuilderExtensions.AddInMemoryCollection(builder.Configuration, [new("OPENAI_BASE_URL", "http://localhost:9/v1"), new("OPENAI_MODEL", null)])));
        Assert.Contains("OPENAI_MODEL is not", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_is_served_from_the_library_under_a_strict_policy()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        foreach ((string path, string type) in ((string, string)[])
            [("/", "text/html"), ("/app.css", "text/css"), ("/js/app.js", "text/javascript"), ("/js/mask-worker.js", "text/javascript"), ("/icons.svg", "image/svg+xml"), ("/pictures/garden.png", "image/png")])
        {
            using HttpResponseMessage response = await server.Client.GetAsync(path);
            Assert.Equal((HttpStatusCode.OK, type), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
            string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none'; script-src 'self';", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        }

        // Nothing in it names another host, or brings a script or a style of its own along.
        string page = await server.Client.GetStringAsync("/");
        Assert.DoesNotContain("http://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<style", page, StringComparison.Ordinal);
    }

    private static async Task<string> UploadAsync(HttpClient client)
    {
        using HttpResponseMessage response = await client.PostAsync("/api/images?name=grey.png", Requests.File(Requests.Png()));
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("conversation").GetString()!;
    }

    private static Task<JsonElement> PageAsync(HttpClient client, string conversation) => client.GetFromJsonAsync<JsonElement>($"/api/conversations/{conversation}/page");

    private static async Task<JsonElement> PostAsync(HttpClient client, string conversation, string path, object body)
    {
        using HttpResponseMessage response = await client.PostAsync($"/api/conversations/{conversation}/{path}", Requests.Json(body));
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<List<JsonElement>> TurnAsync(HttpClient client, string conversation, object request, CancellationToken cancellationToken = default)
    {
        using HttpRequestMessage message = new(HttpMethod.Post, $"/api/conversations/{conversation}/turns") { Content = Requests.Json(request) };
        using HttpResponseMessage response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.Equal("no", Assert.Single(response.Headers.GetValues("X-Accel-Buffering")));
        List<JsonElement> events = [];
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                events.Add(JsonSerializer.Deserialize<JsonElement>(line["data: ".Length..]));
            }
        }

        return events;
    }

    private static string Kind(JsonElement happened) => happened.GetProperty("event").GetString()!;

    /// <summary>Checks which layers there are, and which of them are hidden or aside.</summary>
    private static void Shows(JsonElement page, params string[] layers) => Assert.Equal(
        layers,
        page.GetProperty("layers").EnumerateArray().Select(layer =>
            layer.GetProperty("region").GetString() + (layer.GetProperty("hidden").GetBoolean() ? " hidden" : string.Empty) + (layer.GetProperty("aside").GetBoolean() ? " aside" : string.Empty)));

    /// <summary>A chat model of OpenAI's protocol that calls <c>refer</c> once and then answers in two pieces.</summary>
    private sealed class ScriptedEndpoint : IAsyncDisposable
    {
        private readonly WebApplication _application;

        private ScriptedEndpoint(WebApplication application) => _application = application;

        public string Address => _application.Urls.First();

        public List<string> Bodies { get; } = [];

        public bool Fails { get; set; }

        public (string Tool, string Arguments) Call { get; set; } = ("refer", """{\"image\":\"img1\",\"expression\":\"the left half\"}""");

        public static async Task<ScriptedEndpoint> StartAsync()
        {
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            WebApplication application = builder.Build();
            application.Urls.Add("http://127.0.0.1:0");
            ScriptedEndpoint endpoint = new(application);
            application.MapPost("/v1/chat/completions", endpoint.AnswerAsync);
            await application.StartAsync();
            return endpoint;
        }

        public async ValueTask DisposeAsync() => await _application.DisposeAsync();

        private async Task AnswerAsync(HttpContext context)
        {
            using StreamReader reader = new(context.Request.Body);
            string body = await reader.ReadToEndAsync();
            Bodies.Add(body);
            if (Fails)
            {
                context.Response.StatusCode = 401;
                await context.Response.WriteAsync("""{"error":{"message":"the secret key is wrong","type":"invalid_request_error"}}""");
                return;
            }

            context.Response.ContentType = "text/event-stream";
            bool called = JsonDocument.Parse(body).RootElement.GetProperty("messages").EnumerateArray().TakeLast(2).Any(message => message.GetProperty("role").GetString() == "tool");
            foreach (string delta in called
                ? (string[])["""{"role":"assistant","content":"It is "}""", """{"content":"on the left [m3]."}"""]
                : ["{\"role\":\"assistant\",\"tool_calls\":[{\"index\":0,\"id\":\"x1\",\"type\":\"function\",\"function\":{\"name\":\"" + Call.Tool + "\",\"arguments\":\"" + Call.Arguments + "\"}}]}"])
            {
                await context.Response.WriteAsync($"data: {{\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"planner-7b\",\"choices\":[{{\"index\":0,\"delta\":{delta},\"finish_reason\":null}}]}}\n\n");
            }

            string reason = called ? "stop" : "tool_calls";
            await context.Response.WriteAsync($"data: {{\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"planner-7b\",\"choices\":[{{\"index\":0,\"delta\":{{}},\"finish_reason\":\"{reason}\"}}]}}\n\ndata: [DONE]\n\n");
        }
    }
}
