using System.Collections.Concurrent;

namespace MGLMM.Orleans.Tests;

/// <summary>The scripted model, with a name of the test's choice, counting which pictures it was given.</summary>
internal sealed class CountedModel(string name = "scripted", string? fingerprint = null) : IGroundingModel
{
    private readonly ConcurrentQueue<string> _opened = [];
    private readonly ConcurrentQueue<string?> _prepared = [];

    public ScriptedGroundingModel Script { get; } = new();

    /// <summary>The pictures that it opened, by content.</summary>
    public IReadOnlyCollection<string> Opened => _opened;

    public ModelCard Card => Script.Card with { Name = name, Fingerprint = fingerprint };

    public ModelStatus Status => Script.Status;

    /// <summary>For whom pictures were prepared, in order.</summary>
    public IReadOnlyCollection<string?> Prepared => _prepared;

    /// <summary>What preparing a picture ends with.</summary>
    public Exception? PreparationFault { get; set; }

    public async ValueTask<IOpenedImage> OpenImageAsync(RgbImage image, CancellationToken cancellationToken = default)
    {
        _opened.Enqueue(image.ContentHash);
        return new PreparedImage(await Script.OpenImageAsync(image, cancellationToken), PrepareAsync);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => Script.GetService(serviceType, serviceKey);

    public void Dispose()
    {
    }

    private Task PrepareAsync(AskOptions? options)
    {
        _prepared.Enqueue(options?.Requester);
        options?.Progress?.Report(new WorkProgress("reading the picture"));
        return PreparationFault is { } fault ? Task.FromException(fault) : Task.CompletedTask;
    }
}
