using System.Net;

namespace MGLMM.Server.Tests;

/// <summary>The server takes as much as it can and tells the rest when to come again.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task Ten_times_its_capacity_gives_answers_and_429s_and_nothing_else()
    {
        await using var server = await RunningServer.StartAsync(options =>
        {
            (options.MaximumConcurrentRequests, options.MaximumQueuedRequests) = (4, 4);
            (options.MaximumConcurrentRequestsPerOwner, options.MaximumQueuedRequestsPerOwner) = (4, 4);
            options.MaximumRequestsPerMinute = 100_000;
        });
        await server.Client.ToolAsync("open_image", new { source = Requests.DataUri() });
        var (highest, goOn) = (0, new TaskCompletionSource());
        server.Model.Held = async token =>
        {
            InterlockedMax(ref highest, server.Model.UnderWay);
            await goOn.Task.WaitAsync(token);
        };
        var refused = 0;
        var enough = new TaskCompletionSource();
        var calls = Enumerable.Range(0, 80).Select(async _ =>
        {
            using var response = await server.Client.PostAsync("/api/tools/caption", Requests.Json(new { image = "img1" }));
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
        var statuses = await Task.WhenAll(calls);
        Assert.Equal((8, 72), (statuses.Count(status => status == HttpStatusCode.OK), refused));
        Assert.InRange(highest, 1, 4);
    }

    [Fact]
    public async Task A_client_that_leaves_while_it_waits_gives_its_place_back()
    {
        await using var server = await RunningServer.StartAsync(options =>
        {
            (options.MaximumConcurrentRequests, options.MaximumQueuedRequests) = (1, 1);
            (options.MaximumConcurrentRequestsPerOwner, options.MaximumQueuedRequestsPerOwner) = (1, 1);
        });
        await server.Client.ToolAsync("open_image", new { source = Requests.DataUri() });
        var begun = new TaskCompletionSource();
        server.Model.Held = async token =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
        };
        using var leaving = new CancellationTokenSource();
        var call = server.Client.PostAsync("/api/tools/caption", Requests.Json(new { image = "img1" }), leaving.Token);
        await begun.Task;
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        server.Model.Held = null;
        await server.Client.ToolAsync("caption", new { image = "img1" });
        Assert.Equal(1, server.Model.Cancelled);
    }

    [Fact]
    public async Task One_owner_does_not_starve_another()
    {
        var keys = Path.GetTempFileName();
        await File.WriteAllTextAsync(keys, "ann ann-0123456789abcdef\nbob bob-0123456789abcdef\n");
        await using var server = await RunningServer.StartAsync(options =>
        {
            options.ApiKeyFile = keys;
            (options.MaximumConcurrentRequests, options.MaximumQueuedRequests) = (4, 8);
            (options.MaximumConcurrentRequestsPerOwner, options.MaximumQueuedRequestsPerOwner) = (2, 2);
        });
        using var ann = server.NewClient("ann-0123456789abcdef");
        using var bob = server.NewClient("bob-0123456789abcdef");
        await ann.ToolAsync("open_image", new { source = Requests.DataUri() });
        await bob.ToolAsync("open_image", new { source = Requests.DataUri() });
        var goOn = new TaskCompletionSource();
        var refused = 0;
        var full = new TaskCompletionSource();
        server.Model.Held = goOn.Task.WaitAsync;
        var flood = Enumerable.Range(0, 20).Select(async _ =>
        {
            using var response = await ann.PostAsync("/api/tools/caption", Requests.Json(new { image = "img1" }));
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
        await using var server = await RunningServer.StartAsync(options => options.MaximumRequestsPerMinute = 40);
        var statuses = new List<HttpStatusCode>();
        for (var call = 0; call < 30; call++)
        {
            statuses.Add((await server.Client.GetAsync("/api/conversations")).StatusCode);
        }

        Assert.InRange(statuses.Count(status => status == HttpStatusCode.OK), 10, 20);
        Assert.All(statuses, status => Assert.True(status is HttpStatusCode.OK or HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task Bodies_and_pixels_are_bounded()
    {
        await using var server = await RunningServer.StartAsync(options => options.MaximumBodyBytes = 100_000, model => model.MaximumImagePixels = 2_000);
        await (await server.Client.PostAsync("/api/images", Requests.File(Requests.Png(50, 50)))).RefusedAsync(413, "too_large");
        Assert.Equal(HttpStatusCode.Created, (await server.Client.PostAsync("/api/images", Requests.File(Requests.Png(50, 40)))).StatusCode);
        foreach (var path in (string[])["/api/images", "/api/tools/open_image", "/v1/chat/completions", "/label-studio/predict"])
        {
            var type = path == "/api/images" ? "image/png" : "application/json";
            using var response = await server.Client.PostAsync(path, Requests.File(new byte[200_000], type));
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        }
    }

    [Fact]
    public async Task A_request_under_way_ends_before_the_server_does()
    {
        await using var server = await RunningServer.StartAsync();
        await server.Client.ToolAsync("open_image", new { source = Requests.DataUri() });
        var (begun, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Model.Held = async token =>
        {
            begun.SetResult();
            await goOn.Task.WaitAsync(token);
        };
        var call = server.Client.PostAsync("/api/tools/caption", Requests.Json(new { image = "img1" }));
        await begun.Task;
        var stopping = server.StopAsync();
        Assert.False(stopping.IsCompleted);
        goOn.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await call).StatusCode);
        await stopping;
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var known = Volatile.Read(ref target); value > known;)
        {
            var seen = Interlocked.CompareExchange(ref target, value, known);
            if (seen == known)
            {
                return;
            }

            known = seen;
        }
    }
}
