using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MGLMM.Imaging;

namespace MGLMM.Server.Tests;

/// <summary>
/// <c>mglmm serve</c> killed at random moments under load, as by <c>kill -9</c>: what a caller was told of is there afterwards, whole. Three kills here;
/// <c>MGLMM_KILLS=100</c> makes a hundred, and tells how far it is.
/// </summary>
public sealed class KilledServerTests : IDisposable
{
    private const int Callers = 4;

    private static readonly byte[] Picture = File.ReadAllBytes(RepositoryRoot.Combine("samples", "VisionAgent", "images", "garden.png"));

    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("MGLMM_KILLS") ?? "3", CultureInfo.InvariantCulture);

    private readonly string _data = Directory.CreateTempSubdirectory("mglmm-killed-").FullName;
    private readonly ConcurrentDictionary<string, Told> _told = [];
    private int _round;

    [Fact]
    public async Task Nothing_that_was_told_is_lost_or_half_there()
    {
        Random random = new(20261127);
        for (int kill = 0; kill <= Kills; kill++)
        {
            using Serving server = await ServeAsync();
            using HttpClient client = new() { BaseAddress = server.Address };
            _round = kill;

            // What was made shortly before the kill, and at the end everything.
            foreach ((string conversation, Told told) in _told.Where(one => kill == Kills || one.Value.Round >= kill - 2))
            {
                await CheckAsync(client, conversation, told);
            }

            if (kill == Kills)
            {
                break;
            }

            if (Kills > 3)
            {
                TestContext.Current.SendDiagnosticMessage("{0} kills, {1} conversations with {2} files", kill, _told.Count, _told.Values.Sum(told => told.Artifacts.Count));
            }

            using CancellationTokenSource killed = new();
            string segmented = await UploadAsync(client, killed.Token);
            await client.ToolAsync("segment_and_caption", new { image = "img1", conversation = segmented });
            Task[] load = Enumerable.Range(0, Callers).Select(caller => CallAsync(client, caller, segmented, killed.Token)).ToArray();

            // At a random moment once some files were told of, however fast the machine is.
            int before = _told[segmented].Artifacts.Count;
            int wanted = before + random.Next(1, 20);
            while (_told[segmented].Artifacts.Count < wanted)
            {
                await Task.Delay(5);
            }

            await Task.Delay(random.Next(50));
            server.Kill();
            await killed.CancelAsync();
            await Task.WhenAll(load);
        }

        Assert.NotEmpty(_told.Values.SelectMany(told => told.Artifacts));
    }

    public void Dispose() => Directory.Delete(_data, recursive: true);

    private async Task<string> UploadAsync(HttpClient client, CancellationToken cancellationToken)
    {
        using HttpResponseMessage uploaded = await client.PostAsync("/api/images", Requests.File(Picture), cancellationToken);
        string conversation = (await uploaded.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("conversation").GetString()!;
        _told[conversation] = new Told(_round, []);
        return conversation;
    }

    /// <summary>Draws and exports, all callers in one conversation, and uploads pictures into new ones.</summary>
    private async Task CallAsync(HttpClient client, int caller, string conversation, CancellationToken cancellationToken)
    {
        try
        {
            for (int round = caller; ; round++)
            {
                JsonElement? made = (round % 4) switch
                {
                    0 => await client.ToolAsync("render_image", new { image = "img1", conversation }),
                    1 => await client.ToolAsync("export_regions", new { set = "img1", format = "coco_rle", conversation }),
                    2 => await client.ToolAsync("export_regions", new { set = "img1", format = "panoptic_png", conversation }),
                    _ => (JsonElement?)null,
                };
                if (made is { } artifact)
                {
                    _told[conversation].Artifacts[artifact.GetProperty("artifact").GetString()!] = artifact.GetProperty("size_bytes").GetInt64();
                }
                else
                {
                    await UploadAsync(client, cancellationToken);
                }
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException or JsonException)
        {
            // The server is gone.
        }
    }

    private static async Task CheckAsync(HttpClient client, string conversation, Told told)
    {
        byte[] image = await client.GetByteArrayAsync($"/api/conversations/{conversation}/images/img1");
        Assert.Equal(ImageDecoder.Decode(Picture).ContentHash, ImageDecoder.Decode(image).ContentHash);
        foreach ((string artifact, long size) in told.Artifacts)
        {
            Assert.Equal(size, (await client.GetByteArrayAsync($"/api/conversations/{conversation}/artifacts/{artifact}")).Length);
        }
    }

    private async Task<Serving> ServeAsync()
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "mglmm.dll"), "serve", "--urls", "http://127.0.0.1:0", "--data", _data])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["Mglmm__Conversations__MaximumPerOwner"] = "100000", ["Mglmm__Server__MaximumRequestsPerMinute"] = "1000000" },
        };
        Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string? line = await process.StandardOutput.ReadLineAsync();
        Assert.True(line?.StartsWith("Listening on ", StringComparison.Ordinal) == true, line + (process.HasExited ? await error : string.Empty));
        Serving serving = new(process, new Uri(line!["Listening on ".Length..]));
        using HttpClient client = new() { BaseAddress = serving.Address };
        while ((await client.GetAsync("/health/ready")).StatusCode != HttpStatusCode.OK)
        {
            await Task.Delay(100);
        }

        return serving;
    }

    private sealed record Told(int Round, ConcurrentDictionary<string, long> Artifacts);

    private sealed class Serving(Process process, Uri address) : IDisposable
    {
        public Uri Address => address;

        public void Kill()
        {
            process.Kill();
            process.WaitForExit();
        }

        public void Dispose()
        {
            if (!process.HasExited)
            {
                Kill();
            }

            process.Dispose();
        }
    }
}
