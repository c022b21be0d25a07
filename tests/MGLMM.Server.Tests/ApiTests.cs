using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MGLMM.Imaging;
using MGLMM.Masks;
using MGLMM.Vision.Functions;

namespace MGLMM.Server.Tests;

/// <summary>Tools as POSTs, pictures and artifacts as files, errors as problems.</summary>
public sealed class ApiTests
{
    [Fact]
    public async Task Every_tool_is_one_post_and_every_file_has_its_own_type()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        JsonElement opened = await server.Client.ToolAsync("open_image", new { source = Requests.DataUri(41) });
        string? conversation = opened.GetProperty("conversation").GetString();
        JsonElement said = await server.Client.ToolAsync("segment_and_caption", new { image = "img1", granularity = "panoptic" });
        Assert.Equal("There is a left half [m1] and a right half [m2].", said.GetProperty("model_said").GetString());
        await server.Client.ToolAsync("refer", new { image = "img1", expression = "a half", conversation });
        await server.Client.ToolAsync("reason_segment", new { image = "img1", question = "Which?" });
        await server.Client.ToolAsync("caption", new { image = "img1" });
        await server.Client.ToolAsync("ask", new { image = "img1", question = "Which?" });
        await server.Client.ToolAsync("combine_regions", new { operation = "union", regions = new[] { "m1", "m2" } });
        await server.Client.ToolAsync("select_regions", new { set = "s1", top = 1 });
        await server.Client.ToolAsync("compare_regions", new { regions = "m1, m2" });
        await server.Client.ToolAsync("get_regions", new { set = "s1", offset = 0, limit = 5 });
        await server.Client.ToolAsync("render_image", new { image = "img1" });
        foreach (string format in (string[])["geojson", "svg", "yolo_seg"])
        {
            await server.Client.ToolAsync("export_regions", new { set = "img1", format });
        }

        JsonElement held = await server.Client.GetFromJsonAsync<JsonElement>($"/api/conversations/{conversation}");
        Assert.Equal(["image/png", "application/geo+json", "image/svg+xml", "application/zip"], held.GetProperty("artifacts").EnumerateArray().Select(file => file.GetProperty("media_type").GetString()));
        Assert.Equal(["img1"], held.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("image").GetString()));
        foreach (JsonElement artifact in held.GetProperty("artifacts").EnumerateArray())
        {
            using HttpResponseMessage file = await server.Client.GetAsync($"/api/conversations/{conversation}/artifacts/{artifact.GetProperty("artifact").GetString()}");
            Assert.Equal(artifact.GetProperty("media_type").GetString(), file.Content.Headers.ContentType!.MediaType);
            Assert.Equal(artifact.GetProperty("size_bytes").GetInt64(), (await file.Content.ReadAsByteArrayAsync()).Length);
            Assert.Equal(artifact.GetProperty("file_name").GetString(), file.Content.Headers.ContentDisposition!.FileName);
            Assert.Equal(artifact.GetProperty("media_type").GetString() == "image/png" ? "inline" : "attachment", file.Content.Headers.ContentDisposition.DispositionType);
            Assert.Contains("sandbox", Assert.Single(file.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(file.Headers.GetValues("X-Content-Type-Options")));

            using HttpRequestMessage again = new(HttpMethod.Get, file.RequestMessage!.RequestUri);
            again.Headers.IfNoneMatch.Add(file.Headers.ETag!);
            Assert.Equal(HttpStatusCode.NotModified, (await server.Client.SendAsync(again)).StatusCode);
        }

        JsonElement region = await server.Client.GetFromJsonAsync<JsonElement>($"/api/conversations/{conversation}/regions/m1");
        JsonElement mask = region.GetProperty("mask");
        Assert.Equal(20 * 30, CocoRle.Decode(mask.GetProperty("counts").GetString()!, mask.GetProperty("size")[1].GetInt32(), mask.GetProperty("size")[0].GetInt32()).Area);
        RgbImage png = ImageDecoder.Decode(await server.Client.GetByteArrayAsync($"/api/conversations/{conversation}/images/img1"));
        Assert.Equal((41, 30), (png.Width, png.Height));
        JsonElement model = await server.Client.GetFromJsonAsync<JsonElement>("/api/model");
        Assert.Equal("scripted", model.GetProperty("card").GetProperty("name").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_picture_is_prepared_when_it_comes_where_the_settings_say_so(bool uploads)
    {
        await using RunningServer server = await RunningServer.StartAsync(settings: ("Mglmm:PrepareImages", "true"));
        if (uploads)
        {
            using HttpResponseMessage response = await server.Client.PostAsync("/api/images?name=grey.png", Requests.File(Requests.Png()));
            Assert.True(response.IsSuccessStatusCode);
        }
        else
        {
            await server.Client.ToolAsync("open_image", new { source = Requests.DataUri() });
        }

        AskOptions? options = await server.Model.Prepared.Task;
        Assert.Null(Assert.IsType<AskOptions>(options).Deadline);
    }

    [Fact]
    public async Task A_picture_is_uploaded_as_its_bytes_and_is_what_its_bytes_are()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using HttpResponseMessage first = await server.Client.PostAsync("/api/images?name=..%2F..%2Fgrey%0A.png", Requests.File(Requests.Png()));
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        JsonElement opened = await first.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(("img1", "grey.png"), (opened.GetProperty("image").GetString(), opened.GetProperty("name").GetString()));
        using HttpResponseMessage served = await server.Client.GetAsync(first.Headers.Location);
        Assert.Equal("image/png", served.Content.Headers.ContentType!.MediaType);

        using HttpResponseMessage second = await server.Client.PostAsync($"/api/images?conversation={opened.GetProperty("conversation").GetString()}", Requests.File(Requests.Png(50), "image/jpeg"));
        Assert.Equal("img2", (await second.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("image").GetString());

        // The first picture's handle is no name of another: what opens that is the first.
        using HttpResponseMessage third = await server.Client.PostAsync($"/api/images?name=img1&conversation={opened.GetProperty("conversation").GetString()}", Requests.File(Requests.Png(60)));
        JsonElement renamed = await third.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(("img3", "picture-img1"), (renamed.GetProperty("image").GetString(), renamed.GetProperty("name").GetString()));

        foreach ((byte[] body, string type, int status) in ((byte[], string, int)[])
            [
                ("<html><script>alert(1)</script></html>"u8.ToArray(), "image/png", 422),
                (Requests.Png(), "text/html", 415),
                (Requests.Png(), "image/svg+xml", 415),
                ([], "image/png", 422),
            ])
        {
            await (await server.Client.PostAsync("/api/images", Requests.File(body, type))).RefusedAsync(status);
        }

        Assert.Single((await server.Client.GetFromJsonAsync<JsonElement>("/api/conversations")).EnumerateArray());
    }

    [Fact]
    public async Task The_conversation_is_read_as_leniently_as_the_arguments_beside_it()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        string? first = (await server.Client.ToolAsync("open_image", new { source = Requests.DataUri() })).GetProperty("conversation").GetString();
        await server.Client.ToolAsync("open_image", new { source = Requests.DataUri(50) });
        await server.Client.ToolAsync("caption", new { arguments = new { image = "img1", conversation_id = first } });
        JsonElement beside = await server.Client.ToolAsync("open_image", new { source = Requests.DataUri(60), conversation = new[] { first } });
        Assert.Equal((first, "img2"), (beside.GetProperty("conversation").GetString(), beside.GetProperty("image").GetString()));
    }

    [Theory]
    [InlineData("caption", """{"image":"img9"}""", 404, "unknown_handle")]
    [InlineData("caption", """{}""", 400, "bad_argument")]
    [InlineData("caption", """[]""", 400, "bad_argument")]
    [InlineData("caption", """{"image":"img1","conversation":"../../etc"}""", 404, "unknown_handle")]
    [InlineData("open_image", """{"source":"/etc/passwd"}""", 403, "not_allowed")]
    [InlineData("open_image", """{"source":"data:image/png;base64,AAAA"}""", 422, "image_unreadable")]
    [InlineData("export_regions", """{"set":"img1","format":"exe"}""", 400, "bad_argument")]
    [InlineData("render_image", """{"image":"img1"}""", 422, "empty_set")]
    [InlineData("format_disk", """{}""", 404, "bad_argument")]
    public async Task Errors_are_problems_with_a_way_out(string tool, string arguments, int status, string code)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await server.Client.ToolAsync("open_image", new { source = Requests.DataUri() });
        using HttpResponseMessage response = await server.Client.PostAsync($"/api/tools/{tool}", new StringContent(arguments, Encoding.UTF8, "application/json"));
        JsonElement problem = await response.RefusedAsync(status, code);
        Assert.DoesNotContain("/etc", problem.GetProperty("detail").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_busy_model_says_is_429()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await server.Client.ToolAsync("open_image", new { source = Requests.DataUri() });
        server.Model.Answer = (_, _) => throw new EngineBusyException(9, TimeSpan.FromSeconds(3));
        using HttpResponseMessage response = await server.Client.PostAsync("/api/tools/caption", Requests.Json(new { image = "img1" }));
        await response.RefusedAsync(429, "busy");
        Assert.Equal(TimeSpan.FromSeconds(3), response.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task The_openapi_description_names_what_there_is()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        JsonNode document = JsonNode.Parse(await server.Client.GetStringAsync("/openapi/v1.json"))!;
        Assert.Equal("3.1.0", document["openapi"]!.GetValue<string>());
        JsonObject paths = document["paths"]!.AsObject();
        IReadOnlyList<VisionFunction> functions = VisionFunctions.Over(_ => throw new VisionNotReadyException());
        foreach (VisionFunction function in functions)
        {
            JsonNode post = paths[$"/api/tools/{function.Name}"]!["post"]!;
            Assert.Equal((function.Name, function.Description), (post["operationId"]!.GetValue<string>(), post["summary"]!.GetValue<string>()));
            JsonObject schema = post["requestBody"]!["content"]!["application/json"]!["schema"]!.DeepClone().AsObject();
            Assert.True(schema["properties"]!.AsObject().Remove("conversation"));
            Assert.True(JsonNode.DeepEquals(JsonObject.Create(function.JsonSchema), schema));
        }

        Assert.Equal(
            paths.SelectMany(path => path.Value!.AsObject()).Count(),
            paths.SelectMany(path => path.Value!.AsObject()).Select(operation => operation.Value!["operationId"]!.GetValue<string>()).Distinct().Count());
        string conversation = await server.Client.ConversationAsync();
        foreach (KeyValuePair<string, JsonNode?> path in paths.Where(path => path.Value!["get"] is not null))
        {
            string address = path.Key.Replace("{conversation}", conversation, StringComparison.Ordinal).Replace("{image}", "img1", StringComparison.Ordinal)
                .Replace("{region}", "m1", StringComparison.Ordinal).Replace("{artifact}", "a1", StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(address)).StatusCode);
        }
    }

    [Fact]
    public async Task Health_tells_a_living_process_from_a_ready_model()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        Assert.Equal("{\"status\":\"live\"}", await server.Client.GetStringAsync("/health/live"));
        await server.Client.ToolAsync("open_image", new { source = Requests.DataUri() });
        JsonElement ready = await server.Client.GetFromJsonAsync<JsonElement>("/health/ready");
        Assert.Equal(("ready", "scripted"), (ready.GetProperty("status").GetString(), ready.GetProperty("model").GetString()));
    }

    [Fact]
    public async Task Metrics_count_calls_and_tell_nothing_of_what_was_asked()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await server.Client.ToolAsync("open_image", new { source = Requests.DataUri() });
        await server.Client.ToolAsync("ask", new { image = "img1", question = "What is my secret?" });
        string metrics = await server.Client.GetStringAsync("/metrics");
        Assert.Contains("mglmm_tool_calls", metrics, StringComparison.Ordinal);
        Assert.Contains("mglmm_tool=\"ask\"", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", metrics, StringComparison.Ordinal);
    }
}
