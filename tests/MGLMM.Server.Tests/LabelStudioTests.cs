using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Threading.Channels;
using MGLMM.Server.LabelStudio;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace MGLMM.Server.Tests;

/// <summary>A scripted Label Studio talks to its four paths; its run lengths decode to the masks.</summary>
public sealed class LabelStudioTests
{
    private const string Brush = """<View><Image name="image" value="$picture"/><BrushLabels name="tag" toName="image">{0}</BrushLabels></View>""";
    private const string TwoLabels = """<Label value="Left" hint="the left half"/><Label value="Right"/>""";

    [Fact]
    public async Task Labels_of_the_project_are_looked_for_one_by_one()
    {
        await using Studio studio = await Studio.StartAsync();
        await using RunningServer server = await RunningServer.StartAsync(settings: [("LABEL_STUDIO_URL", studio.Address), ("LABEL_STUDIO_API_KEY", Studio.Key)]);
        JsonElement health = await server.Client.GetFromJsonAsync<JsonElement>("/label-studio/health");
        Assert.Equal("UP", health.GetProperty("status").GetString());
        using HttpResponseMessage setup = await server.Client.PostAsync("/label-studio/setup", Requests.Json(new { project = "7.1", schema = string.Format(null, Brush, TwoLabels), extra_params = "" }));
        Assert.Equal("scripted", (await setup.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("model_version").GetString());

        List<string> asked = new();
        server.Model.Answer = (instruction, _) =>
        {
            asked.Add(instruction);
            return instruction.Contains("left", StringComparison.Ordinal) ? "<p> the left half </p> [SEG]</s>" : "There is none.</s>";
        };
        JsonElement result = await PredictAsync(server, string.Format(null, Brush, TwoLabels), "/data/upload/7/grey.png");
        Assert.Equal(["Find the left half.", "Find Right."], asked);
        JsonElement brush = Assert.Single(result.GetProperty("result").EnumerateArray());
        Assert.Equal(
            ("tag", "image", "brushlabels", 40, 30, 0),
            (brush.GetProperty("from_name").GetString(), brush.GetProperty("to_name").GetString(), brush.GetProperty("type").GetString(),
                brush.GetProperty("original_width").GetInt32(), brush.GetProperty("original_height").GetInt32(), brush.GetProperty("image_rotation").GetInt32()));
        JsonElement value = brush.GetProperty("value");
        Assert.Equal("rle", value.GetProperty("format").GetString());
        Assert.Equal("Left", Assert.Single(value.GetProperty("brushlabels").EnumerateArray()).GetString());
        byte[] pixels = BrushRle.Decode([.. value.GetProperty("rle").EnumerateArray().Select(number => number.GetByte())]);
        Assert.Equal(40 * 30 * 4, pixels.Length);
        for (int index = 0; index < pixels.Length; index++)
        {
            Assert.Equal(index / 4 % 40 < 20 ? 255 : 0, pixels[index]);
        }

        using HttpResponseMessage webhook = await server.Client.PostAsync("/label-studio/webhook", Requests.Json(new { action = "ANNOTATION_CREATED" }));
        Assert.Equal(HttpStatusCode.Created, webhook.StatusCode);
        Assert.Equal("[]", await server.Client.GetStringAsync("/api/conversations"));
    }

    [Fact]
    public async Task A_label_gets_the_region_that_another_label_found_before()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        server.Model.Answer = (_, _) => "<p> the left half </p> [SEG]</s>";
        JsonElement[] brushes = [.. (await PredictAsync(server, string.Format(null, Brush, TwoLabels), Requests.DataUri())).GetProperty("result").EnumerateArray()];
        Assert.Equal(["Left", "Right"], brushes.Select(brush => Assert.Single(brush.GetProperty("value").GetProperty("brushlabels").EnumerateArray()).GetString()));
        Assert.Equal(brushes[0].GetProperty("value").GetProperty("rle").GetRawText(), brushes[1].GetProperty("value").GetProperty("rle").GetRawText());
        Assert.NotEqual(brushes[0].GetProperty("id").GetString(), brushes[1].GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_picture_that_stalls_gives_its_place_back()
    {
        FakeTime time = new();
        await using Studio studio = await Studio.StartAsync();
        using TaskPicture pictures = new(new ConfigurationBuilder().AddInMemoryCollection([new("LABEL_STUDIO_URL", studio.Address)]).Build(), time);
        Task<byte[]> reading = pictures.ReadAsync("/stalled", 1_000_000, CancellationToken.None);
        await studio.Stalled.Task;
        Assert.False(reading.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(21));
        Assert.Contains("nothing of it for 20 s", (await Assert.ThrowsAsync<ArgumentException>(() => reading.WaitAsync(TimeSpan.FromSeconds(20)))).Message, StringComparison.Ordinal);

        // Who leaves is not told that somebody else was too slow.
        using CancellationTokenSource leaving = new();
        reading = pictures.ReadAsync("/stalled", 1_000_000, leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_picture_that_comes_slowly_is_waited_for_but_not_for_ever(bool ends)
    {
        TimeSpan pause = TimeSpan.FromSeconds(15);
        TimeSpan longest = TimeSpan.FromSeconds(20);
        FakeTime time = new();
        WatchedTime watched = new(time);
        await using Studio studio = await Studio.StartAsync();
        using TaskPicture pictures = new(new ConfigurationBuilder().AddInMemoryCollection([new("LABEL_STUDIO_URL", studio.Address)]).Build(), watched);
        Task<byte[]> reading = pictures.ReadAsync("/slow", 1_000_000, CancellationToken.None);

        // With the first piece come the headers.
        studio.Pieces.Writer.TryWrite([0]);
        Assert.True(await watched.SetAgain.WaitAsync(longest));
        Assert.True(await watched.SetAgain.WaitAsync(longest));
        for (byte piece = 1; piece <= 7; piece++)
        {
            time.Advance(pause);
            studio.Pieces.Writer.TryWrite([piece]);
            Assert.True(await watched.SetAgain.WaitAsync(longest));
        }

        if (ends)
        {
            studio.Pieces.Writer.Complete();
            Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], await reading.WaitAsync(longest));
        }
        else
        {
            Assert.False(reading.IsCompleted);
            time.Advance(pause);
            Assert.Contains("after 120 s", (await Assert.ThrowsAsync<ArgumentException>(() => reading.WaitAsync(longest))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_labels_everything_is_named()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        JsonElement result = await PredictAsync(server, string.Format(null, Brush, string.Empty), Requests.DataUri());
        Assert.Equal("scripted", result.GetProperty("model_version").GetString());
        Assert.Equal(
            ["a left half", "a right half"],
            result.GetProperty("result").EnumerateArray().Select(brush => brush.GetProperty("value").GetProperty("brushlabels")[0].GetString()));
    }

    [Theory]
    [InlineData("https://evil.example/a.png", "another host")]
    [InlineData("http://169.254.169.254/latest/meta-data", "another host")]
    [InlineData("//evil.example/a.png", "another host")]
    [InlineData("file:///etc/passwd", "another host")]
    [InlineData("/redirect", "status 302")]
    [InlineData("/nothing", "status 404")]
    [InlineData("/endless", "bytes")]
    [InlineData("/broken", "whole")]
    public async Task Only_the_named_label_studio_is_asked(string address, string part)
    {
        await using Studio studio = await Studio.StartAsync();
        await using RunningServer server = await RunningServer.StartAsync(
            null, model => model.MaximumImageBytes = 1_000_000, ("LABEL_STUDIO_URL", studio.Address), ("LABEL_STUDIO_API_KEY", Studio.Key));
        using HttpResponseMessage response = await SendAsync(server, string.Format(null, Brush, TwoLabels), address);
        JsonElement problem = await response.RefusedAsync(400, "bad_argument");
        Assert.Contains(part, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "missing")]
    [InlineData("<View", "no XML")]
    [InlineData("""<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><View>&e;</View>""", "no XML")]
    [InlineData("""<View><Choices name="a" toName="b"/></View>""", "BrushLabels")]
    public async Task A_setup_that_masks_do_not_fit_is_told(string setup, string part)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using HttpResponseMessage response = await SendAsync(server, setup, Requests.DataUri());
        Assert.Contains(part, (await response.RefusedAsync(400, "bad_argument")).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> PredictAsync(RunningServer server, string setup, string address)
    {
        using HttpResponseMessage response = await SendAsync(server, setup, address);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return Assert.Single((await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("results").EnumerateArray());
    }

    private static Task<HttpResponseMessage> SendAsync(RunningServer server, string setup, string address) => server.Client.PostAsync(
        "/label-studio/predict",
        Requests.Json(new { tasks = new[] { new { id = 3, data = new { picture = address } } }, label_config = setup, project = "7.1", @params = new { } }));

    /// <summary>A clock that tells when one of its timers was set again.</summary>
    private sealed class WatchedTime(FakeTime time) : TimeProvider
    {
        public SemaphoreSlim SetAgain { get; } = new(0);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new Timer(time.CreateTimer(callback, state, dueTime, period), SetAgain);

        private sealed class Timer(ITimer timer, SemaphoreSlim setAgain) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                bool isChanged = timer.Change(dueTime, period);
                setAgain.Release();
                return isChanged;
            }

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }

    /// <summary>Label Studio as far as a backend sees it: uploads, which its key opens.</summary>
    private sealed class Studio(WebApplication application) : IAsyncDisposable
    {
        public const string Key = "studio-key";

        public string Address => application.Urls.First();

        /// <summary>Set when a picture has begun that does not go on.</summary>
        public TaskCompletionSource Stalled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>What comes of a slow picture, piece by piece.</summary>
        public Channel<byte[]> Pieces { get; } = Channel.CreateUnbounded<byte[]>();

        public static async Task<Studio> StartAsync()
        {
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            WebApplication application = builder.Build();
            application.Urls.Add("http://127.0.0.1:0");
            application.MapGet("/data/upload/{project}/{file}", (HttpRequest request) =>
                request.Headers.Authorization == $"Token {Key}" ? Results.Bytes(Requests.Png(), "image/png") : Results.Unauthorized());
            application.MapGet("/redirect", () => Results.Redirect("http://127.0.0.1:1/elsewhere"));
            application.MapGet("/endless", () => Results.Bytes(new byte[2_000_000], "image/png"));
            Studio studio = new(application);
            application.MapGet("/broken", async (HttpContext context) =>
            {
                await BeginAsync(context);
                context.Abort();
            });
            application.MapGet("/stalled", async (HttpContext context) =>
            {
                await BeginAsync(context);
                studio.Stalled.TrySetResult();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            });
            application.MapGet("/slow", async (HttpContext context) =>
            {
                await foreach (byte[] piece in studio.Pieces.Reader.ReadAllAsync(context.RequestAborted))
                {
                    await context.Response.Body.WriteAsync(piece);
                    await context.Response.Body.FlushAsync();
                }
            });
            await application.StartAsync();
            return studio;

            static async Task BeginAsync(HttpContext context)
            {
                context.Response.ContentLength = 1_000;
                await context.Response.Body.WriteAsync(new byte[100]);
                await context.Response.Body.FlushAsync();
            }
        }

        public ValueTask DisposeAsync() => application.DisposeAsync();
    }

    /// <summary>thi.ng's rle-pack, read as its format is described: what Label Studio's front end does with a brush.</summary>
    private static class BrushRle
    {
        public static byte[] Decode(byte[] data)
        {
            int at = 0;
            int count = Read(32);
            int wordBits = Read(5) + 1;
            int[] sizes = [Read(4) + 1, Read(4) + 1, Read(4) + 1, Read(4) + 1];
            byte[] values = new byte[count];
            for (int index = 0; index < count;)
            {
                bool same = Read(1) == 1;
                int end = index + 1 + Read(sizes[Read(2)]);
                if (same)
                {
                    values.AsSpan(index..end).Fill((byte)Read(wordBits));
                    index = end;
                }
                else
                {
                    for (; index < end; index++)
                    {
                        values[index] = (byte)Read(wordBits);
                    }
                }
            }

            return values;

            int Read(int bits)
            {
                int value = 0;
                for (; bits > 0; bits--, at++)
                {
                    value = (value << 1) | ((data[at >> 3] >> (7 - (at & 7))) & 1);
                }

                return value;
            }
        }
    }
}
