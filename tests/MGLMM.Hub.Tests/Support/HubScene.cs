using System.Globalization;
using System.Text.RegularExpressions;
using MGLMM.Hub.Pulling;
using MGLMM.Hub.StandIn;
using MGLMM.Testing;

namespace MGLMM.Hub.Tests.Support;

/// <summary>A stand-in hub that serves a model and its tower, a home of its own, and pulls from it.</summary>
internal sealed partial class HubScene : IAsyncDisposable
{
    public const string ModelId = "org/tiny";

    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-hub-").FullName;

    public HubScene(string checkpoint, string tower)
    {
        Hub.Models[ModelId] = new StandInModel().Add(checkpoint);
        Hub.Models[TinyModels.TowerId] = new StandInModel().Add(tower);
    }

    public static HubScene Sharded(TinyModels models) => new(models.Sharded, models.ShardedTower);

    public StandInHub Hub { get; } = new();

    public StandInModel Model => Hub.Models[ModelId];

    public string Cache => Path.Combine(_folder, "hub");

    public string Output => Path.Combine(_folder, "bundle");

    public FakeTime Time { get; } = new();

    /// <summary>What a person was told.</summary>
    public List<string> Notes { get; } = [];

    public long FreeSpace { get; set; } = long.MaxValue;

    public string? Token { get; set; }

    public bool Offline { get; set; }

    public int Connections { get; set; } = 3;

    public HubSettings Settings => new()
    {
        Endpoint = Hub.Endpoint,
        Token = Token,
        CacheFolder = Cache,
        BundlesFolder = Path.Combine(_folder, "bundles"),
        Offline = Offline,
        Connections = Connections,
    };

    public Task<PullReport> PullAsync(string model = ModelId, bool keep = false, Action<PullProgress>? hear = null, string? tower = TinyModels.TowerId, string? precision = null, string? encoders = null, int blockSize = 32, bool overwrite = false, string? family = null, string? licence = null, bool allowLeftOver = false, CancellationToken cancellationToken = default) => ModelPull.RunAsync(
        new PullOptions { Model = HubModel.Parse(model), Output = Output, Keep = keep, VisionTower = tower, Precision = precision, Encoders = encoders, BlockSize = blockSize, Overwrite = overwrite, Family = family, Licence = licence, AllowLeftOver = allowLeftOver },
        Settings,
        Time,
        _ => FreeSpace,
        new Heard<PullProgress>(value =>
        {
            if (value.Note is { } note)
            {
                Notes.Add(note);

                // Whoever waits has begun to; the wait is over at once.
                if (Waiting().Match(note) is { Success: true } wait)
                {
                    Time.Advance(TimeSpan.FromSeconds(int.Parse(wait.Groups[1].Value, CultureInfo.InvariantCulture)));
                }
            }

            hear?.Invoke(value);
        }),
        cancellationToken);

    /// <summary>Every file of a model's cache that is not a link, by its path.</summary>
    public IReadOnlyList<string> CachedFiles(string id = ModelId)
    {
        string folder = Path.Combine(Cache, "models--" + id.Replace("/", "--", StringComparison.Ordinal));
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal)]
            : [];
    }

    public static void AssertSameFiles(string expected, string actual)
    {
        Assert.Equal(Names(expected), Names(actual));
        foreach (string name in Names(expected))
        {
            Assert.True(File.ReadAllBytes(Path.Combine(expected, name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(actual, name))), $"{name} differs.");
        }

        static string[] Names(string folder) => [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
    }

    [GeneratedRegex("Trying again in (\\d+) s\\.$")]
    private static partial Regex Waiting();

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
