using System.Collections.Concurrent;

namespace MGLMM.Orleans.Tests;

/// <summary>The scripted model, with a name of the test's choice, counting which pictures it was given.</summary>
internal sealed class CountedModel(string name = "scripted", string? fingerprint = null) : IGroundingModel
{
    private readonly ConcurrentQueue<string> _opened = [];

    public ScriptedGroundingModel Script { get; } = new();

    /// <summary>The pictures that it opened, by content.</summary>
    public IReadOnlyCollection<string> Opened => _opened;

    public ModelCard Card => Script.Card with { Name = name, Fingerprint = fingerprint };

    public ModelStatus Status => Script.Status;

    public ValueTask<IOpenedImage> OpenImageAsync(RgbImage image, CancellationToken cancellationToken = default)
    {
        _opened.Enqueue(image.ContentHash);
        return Script.OpenImageAsync(image, cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => Script.GetService(serviceType, serviceKey);

    public void Dispose()
    {
    }
}
