using System.Diagnostics.CodeAnalysis;
using MGLMM.Vision.Files;

namespace MGLMM.Vision.Workspaces;

/// <summary>Artifacts.</summary>
public sealed partial class VisionWorkspace
{
    private readonly Dictionary<string, VisionArtifact> _artifacts = new(StringComparer.Ordinal);
    private int _lastArtifact;

    /// <summary>The artifacts at this moment, in the order they were made.</summary>
    public IReadOnlyList<VisionArtifact> Artifacts
    {
        get
        {
            lock (_gate)
            {
                return [.. _artifacts.Values.OrderBy(artifact => artifact.Number)];
            }
        }
    }

    /// <summary>Finds an artifact.</summary>
    /// <param name="handle">Its handle; case, white space and square brackets around it do not matter.</param>
    /// <param name="artifact">The artifact, if it is there.</param>
    public bool TryGetArtifact(string? handle, [NotNullWhen(true)] out VisionArtifact? artifact)
    {
        lock (_gate)
        {
            Touch();
            artifact = null;
            return handle is not null && _artifacts.TryGetValue(Handles.Normalise(handle), out artifact);
        }
    }

    /// <summary>Keeps a file under a new handle.</summary>
    /// <param name="make">Makes the artifact from the handle and number that it gets.</param>
    /// <exception cref="ArgumentException">Its file name is none, or has a path.</exception>
    internal VisionArtifact AddArtifact(Func<string, int, VisionArtifact> make)
    {
        lock (_gate)
        {
            (string handle, int number) = NextArtifact();
            return AddArtifact(make(handle, number));
        }
    }

    /// <summary>A handle for an artifact to come. It is given to nothing else, whether the artifact is made or not.</summary>
    internal (string Handle, int Number) NextArtifact()
    {
        lock (_gate)
        {
            int number = ++_lastArtifact;
            return (Handles.Of(Handles.Artifact, number), number);
        }
    }

    /// <summary>Keeps an artifact under the handle of <see cref="NextArtifact"/>.</summary>
    /// <exception cref="ArgumentException">Its file name is none, or has a path.</exception>
    internal VisionArtifact AddArtifact(VisionArtifact artifact)
    {
        if (!PlainFileName.Is(artifact.FileName))
        {
            throw new ArgumentException("An artifact needs the plain name of a file.", nameof(artifact));
        }

        lock (_gate)
        {
            Touch();
            _artifacts.Add(artifact.Handle, artifact);
            while (_artifacts.Count > 1
                && (_artifacts.Count > Limits.MaximumArtifacts || _artifacts.Values.Sum(kept => (long)kept.Content.Length) > Limits.MaximumArtifactBytes))
            {
                _artifacts.Remove(_artifacts.Values.MinBy(kept => kept.Number)!.Handle);
            }

            return artifact;
        }
    }
}
