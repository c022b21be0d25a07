using System.Net;

namespace MGLMM.Server.Tests;

/// <summary>The server takes as much as it can and tells the rest when to come again.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task Ten_times_its_capacity_gives_answers_and_429s_and_nothing_else()
    {
        await using RunningServer server = await RunningServer.StartAsync(options =>
        {
            (options.MaximumConcurrentRequests, options.MaximumQueuedRequests) = (4, 4);
            (options.MaximumConcurrentRequestsPerOwner, options.MaximumQueuedRequestsPerOwner) = (4, 4);
            options.MaximumRequestsPerMinute = 100_000;
        });
        await server.Client.ToolAsync("open_image", new { source = Requests.DataUri() });
        (int highest, TaskCompletionSource goOn) = (0, new TaskCompletionSource());
        server.Model.Held = async token =>
        {
            InterlockedMax(ref highest, server.Model.UnderWay);
            await goOn.Task.WaitAsync(token);
        };
        int refused = 0;
        TaskCompletionSource enough = new();
        Task<HttpStatusCode>[] calls = Enumerable.Range(0, 80).Select(async _ =>
        {
            using HttpResponseMessage response = await server.Client.PostAsync("/api/tools/caption", Requests.Json(new { image = "img1" }));
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Assert.True(response.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
                if (Interlocked.Increment(ref refused) == 72)
                {
                    enough.SetResult();
                }
            }

            return response.StatusCode;
        }).ToArray();
        await enough.Task;
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/health/live")).StatusCode);
        goOn.SetResult();
        HttpStatusCode[] statuses = await Task.WhenAll(calls);
        Assert.Equal((8, 72), (statuses.Count(status => status == HttpStatusCode.OK), refused));
        Assert.InRange(highest, 1, 4);
    }

    [Fact]
    public async Task A_client_that_leaves_while_it_waits_gives_its_place_back()
    {
        await using RunningServer server = await RunningServer.StartAsync(options =>
        {
            (options.MaximumConcurrentRequests, options.MaximumQueuedRequests) = (1, 1);
            (options.MaximumConcurrentRequestsPerOwner, options.MaximumQueuedRequestsPerOwner) = (1, 1);
        });
        await server.Client.ToolAsync("open_image", new { source = Requests.DataUri() });
        TaskCompletionSource begun = new();
        server.Model.Held = async token =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
        };
        using CancellationTokenSource leaving = new();
        Task<HttpResponseMessage> call = server.Client.PostAsync("/api/tools/caption", Requests.Json(new { image = "img1" }), leaving.Token);
        await begun.Task;
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        server.Model.Held = null;
        await server.Client.ToolAsync("caption", new { image = "img1" });
        await server.Model.IdleAsync();
        Assert.Equal(1, server.Model.Cancelled);
    }

    [Fact]
    public async Task One_owner_does_not_starve_another()
    {
        string keys = Path.GetTempFileName();
        await File.WriteAllTextAsync(keys, "ann ann-0123456789abcdef\nbob bob-0123456789abcdef\n");
        await using RunningServer server = await RunningServer.StartAsync(options =>
        {
            options.ApiKeyFile = keys;
            (options.MaximumConcurrentRequests, options.MaximumQueuedRequests) = (4, 8);
            (options.MaximumConcurrentRequestsPerOwner, options.MaximumQueuedRequestsPerOwner) = (2, 2);
        });
        using HttpClient ann = server.NewClient("ann-0123456789abcdef");
        using HttpClient bob = server.NewClient("bob-0123456789abcdef");
        await ann.ToolAsync("open_image", new { source = Requests.DataUri() });
        await bob.ToolAsync("open_image", new { source = Requests.DataUri() });
        TaskCompletionSource goOn = new();
        int refused = 0;
        TaskCompletionSource full = new();
        server.Model.Held = goOn.Task.WaitAsync;
        Task[] flood = Enumerable.Range(0, 20).Select(async _ =>
        {
            using HttpResponseMessage response = await ann.PostAsync("/api/tools/caption", Requests.Json(new { image = "img1" }));
            if (response.StatusCode == HttpStatusCode.TooManyRequests && Interlocked.Increment(ref refused) == 16)
            {
                full.SetResult();
            }
        }).ToArray();
        await full.Task;
        server.Model.Held = null;
        await bob.ToolAsync("caption", new { image = "img1" });
        goOn.SetResult();
        await Task.WhenAll(flood);
        File.Delete(keys);
    }

    [Fact]
    public async Task The_rate_of_an_owner_is_bounded()
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.MaximumRequestsPerMinute = 40);
        List<HttpStatusCode> statuses = new();
        for (int call = 0; call < 30; call++)
        {
            statuses.Add((await server.Client.GetAsync("/api/conversations")).StatusCode);
        }

        Assert.InRange(statuses.Count(status => status == HttpStatusCode.OK), 10, 20);
        Assert.All(statuses, status => Assert.True(status is HttpStatusCode.OK or HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task Bodies_and_pixels_are_bounded()
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.MaximumBodyBytes = 100_000, model => model.MaximumImagePixels = 2_000);
        await (await server.Client.PostAsync("/api/images", Requests.File(Requests.Png(50, 50)))).RefusedAsync(413, "too_large");
        Assert.Equal(HttpStatusCode.Created, (await server.Client.PostAsync("/api/images", Requests.File(Requests.Png(50, 40)))).StatusCode);
        foreach (string path in (string[])["/api/images", "/api/tools/open_image", "/v1/chat/completions", "/label-studio/predict"])
        {
            string type = path == "/api/images" ? "image/png" : "application/json";
            using HttpResponseMessage response = await server.Client.PostAsync(path, Requests.File(new byte[200_000], type));
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        }
    }

    [Fact]
    public async Task A_request_under_way_ends_before_the_server_does()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await server.Client.ToolAsync("open_image", new { source = Requests.DataUri() });
        (TaskCompletionSource begun, TaskCompletionSource goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Model.Held = async token =>
        {
            begun.SetResult();
            await goOn.Task.WaitAsync(token);
        };
        Task<HttpResponseMessage> call = server.Client.PostAsync("/api/tools/caption", Requests.Json(new { image = "img1" }));
        await begun.Task;
        Task stopping = server.StopAsync();
        Assert.False(stopping.IsCompleted);
        goOn.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await call).StatusCode);
        await stopping;
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (int known = Volatile.Read(ref target); value > known;)
        {
            int seen = Interlocked.CompareExchange(ref target, value, known);
            if (seen == known)
            {
                return;
            }

            known = seen;
        }
    }
}
