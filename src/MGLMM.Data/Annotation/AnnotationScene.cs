using System.Collections.Concurrent;

namespace MGLMM.Data.Annotation;

/// <summary>A picture that is being annotated, as steps see it. Thread-safe.</summary>
/// <param name="name">The picture's name: its path below the folder that is annotated.</param>
/// <param name="image">Its pixels.</param>
public sealed class AnnotationScene(string name, RgbImage image)
{
    private readonly ConcurrentDictionary<IGroundingModel, Task<IOpenedImage>> _opened = new();

    /// <summary>The picture's name: its path below the folder that is annotated, with <c>/</c>.</summary>
    public string Name { get; } = name ?? throw new ArgumentNullException(nameof(name));

    /// <summary>The pixels.</summary>
    public RgbImage Image { get; } = image ?? throw new ArgumentNullException(nameof(image));

    /// <summary>The picture opened over a model, once for all steps.</summary>
    public Task<IOpenedImage> OpenAsync(IGroundingModel model, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        return _opened.GetOrAdd(model, asked => asked.OpenImageAsync(Image, cancellationToken).AsTask());
    }
}
