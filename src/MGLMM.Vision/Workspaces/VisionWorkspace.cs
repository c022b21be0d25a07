using System.Diagnostics.CodeAnalysis;
using MGLMM.Vision.Diagnostics;
using MGLMM.Vision.Language;

namespace MGLMM.Vision.Workspaces;

/// <summary>
/// The pictures (<c>img1</c>), regions (<c>m7</c>), sets of regions (<c>s2</c>) and artifacts (<c>a3</c>) of one conversation. A handle
/// is never given twice. Bounded by <see cref="WorkspaceLimits"/>; safe to use from many threads.
/// </summary>
/// <remarks>
/// Give each conversation its own workspace: whoever holds a workspace sees all of it. A host with several users keeps theirs in a
/// <see cref="VisionWorkspaces"/>. Handles mean nothing in another workspace.
/// </remarks>
public sealed partial class VisionWorkspace : IMeasuredWorkspace
{
    /// <summary>The <see cref="Owner"/> where the host names none.</summary>
    public const string DefaultOwner = "local";

    /// <summary>The <see cref="Conversation"/> where the host names none.</summary>
    public const string DefaultConversation = "default";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ImageEntry> _images = new(StringComparer.Ordinal);
    private int _lastImage;
    private long _clock;
    private TimeProvider _time = TimeProvider.System;
    private long _lastUsed;
    private long _unusedSince;

    /// <summary>Creates an empty workspace for a host with one user and one conversation.</summary>
    /// <param name="limits">Null takes the defaults.</param>
    public VisionWorkspace(WorkspaceLimits? limits = null)
        : this(DefaultOwner, DefaultConversation, limits)
    {
    }

    /// <summary>Creates an empty workspace.</summary>
    /// <param name="owner">Whose it is, as the host names its users; at most 200 characters, no control characters.</param>
    /// <param name="conversation">Which of the owner's conversations it belongs to, likewise.</param>
    /// <param name="limits">Null takes the defaults.</param>
    /// <exception cref="ArgumentException">A name is empty, too long, or has control characters.</exception>
    public VisionWorkspace(string owner, string conversation, WorkspaceLimits? limits = null)
    {
        ContentNames.Check(owner, nameof(owner));
        ContentNames.Check(conversation, nameof(conversation));
        Owner = owner;
        Conversation = conversation;
        Limits = limits ?? WorkspaceLimits.Default;
        Limits.Validate();
        Touch();
        VisionTelemetry.Observe(this);
    }

    /// <summary>Whose it is, as the host names its users.</summary>
    public string Owner { get; }

    /// <summary>Which of the owner's conversations it belongs to.</summary>
    public string Conversation { get; }

    /// <summary>When it was last looked into or added to, in UTC.</summary>
    public DateTimeOffset LastUsed => new(Interlocked.Read(ref _lastUsed), TimeSpan.Zero);

    /// <summary>How much it keeps.</summary>
    public WorkspaceLimits Limits { get; }

    /// <summary>The pictures at this moment, in the order they were opened.</summary>
    public IReadOnlyList<VisionImage> Images
    {
        get
        {
            lock (_gate)
            {
                return [.. _images.Values.OrderBy(entry => entry.Number).Select(entry => entry.Image)];
            }
        }
    }

    /// <summary>Keeps a picture. The same pixels keep the handle (and the name) that they already have.</summary>
    /// <param name="pixels">The picture.</param>
    /// <param name="name">What people call it; not a path. A name that is written like a handle, which would come before it, becomes another: <c>picture-img1</c>.</param>
    /// <param name="format">The file's format, or <c>raw</c>.</param>
    public VisionImage AddImage(RgbImage pixels, string name, string format = "raw")
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(format);
        string hash = pixels.ContentHash;
        lock (_gate)
        {
            Touch();
            foreach (ImageEntry entry in _images.Values)
            {
                if (entry.Image.Pixels.ContentHash == hash)
                {
                    entry.LastUse = ++_clock;
                    return entry.Image;
                }
            }

            int number = ++_lastImage;
            VisionImage image = new(Handles.Of(Handles.Image, number), Handles.Unlike(PlainText.Limit(name, ContentNames.Longest)), PlainText.Limit(format, 20), pixels);
            _images.Add(image.Handle, new ImageEntry(image, number) { LastUse = ++_clock });
            DropImages();
            return image;
        }
    }

    /// <summary>Finds a picture.</summary>
    /// <param name="handle">Its handle; case, white space and square brackets around it do not matter.</param>
    /// <param name="image">The picture, if it is there.</param>
    public bool TryGetImage(string? handle, [NotNullWhen(true)] out VisionImage? image)
    {
        lock (_gate)
        {
            Touch();
            image = null;
            if (handle is not null && _images.TryGetValue(Handles.Normalise(handle), out ImageEntry? entry))
            {
                entry.LastUse = ++_clock;
                image = entry.Image;
            }

            return image is not null;
        }
    }

    /// <summary>Finds the picture that was opened last of those with a name, whatever its case.</summary>
    internal bool TryGetImageByName(string name, [NotNullWhen(true)] out VisionImage? image)
    {
        lock (_gate)
        {
            Touch();
            ImageEntry? found = _images.Values.Where(entry => string.Equals(entry.Image.Name, name, StringComparison.OrdinalIgnoreCase)).MaxBy(entry => entry.Number);
            if (found is not null)
            {
                found.LastUse = ++_clock;
            }

            image = found?.Image;
            return image is not null;
        }
    }

    /// <summary>Whether a handle was given once and what it stood for has been pushed out since.</summary>
    /// <param name="handle">A handle of any kind.</param>
    public bool IsExpired(string handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        lock (_gate)
        {
            handle = Handles.Normalise(handle);
            return WasGiven(handle, Handles.Image, _lastImage) ? !_images.ContainsKey(handle)
                : WasGiven(handle, Handles.Region, _lastRegion) ? !_regions.ContainsKey(handle)
                : WasGiven(handle, Handles.Set, _lastSet) ? !_sets.ContainsKey(handle)
                : WasGiven(handle, Handles.Artifact, _lastArtifact) && !_artifacts.ContainsKey(handle);
        }
    }

    /// <summary>The turns that a follow-up question about a picture continues from, oldest first.</summary>
    internal IReadOnlyList<EarlierTurn> DialogueOf(string image)
    {
        lock (_gate)
        {
            return _images.TryGetValue(image, out ImageEntry? entry) ? [.. entry.Dialogue] : [];
        }
    }

    /// <summary>Keeps a turn about the whole picture, as one more of the dialogue or as the first of a new one.</summary>
    internal void Remember(string image, EarlierTurn turn, bool followsUp, int maximumTurns)
    {
        lock (_gate)
        {
            if (_images.TryGetValue(image, out ImageEntry? entry))
            {
                entry.Dialogue = [.. (followsUp ? entry.Dialogue : []).Append(turn).TakeLast(maximumTurns)];
            }
        }
    }

    /// <summary>How much is in it.</summary>
    public WorkspaceSize Size
    {
        get
        {
            lock (_gate)
            {
                return new WorkspaceSize(
                    _images.Count,
                    _regions.Count,
                    (3 * _images.Values.Sum(entry => entry.Image.PixelCount)) + _maskBytes + _artifacts.Values.Sum(artifact => (long)artifact.Content.Length));
            }
        }
    }

    /// <summary>Whose requests its questions are, for the queue before the model: the owner, where the host names its owners.</summary>
    internal string? Requester => Owner == DefaultOwner ? null : Owner;

    /// <summary>Takes the time from elsewhere from now on.</summary>
    internal void UseTime(TimeProvider time)
    {
        _time = time;
        Touch();
    }

    internal void Touch()
    {
        Interlocked.Exchange(ref _lastUsed, _time.GetUtcNow().UtcTicks);
        Interlocked.Exchange(ref _unusedSince, _time.GetTimestamp());
    }

    /// <summary>For how long nobody has used it: time that has passed, whatever the clock was set to meanwhile.</summary>
    internal TimeSpan Unused => _time.GetElapsedTime(Interlocked.Read(ref _unusedSince));

    private static bool WasGiven(string handle, string prefix, int last) => Handles.NumberOf(handle, prefix) is >= 1 and var number && number <= last;

    private void DropImages()
    {
        while (_images.Count > 1
            && (_images.Count > Limits.MaximumImages || _images.Values.Sum(entry => entry.Image.PixelCount) > Limits.MaximumTotalPixels))
        {
            string oldest = _images.Values.MinBy(entry => entry.LastUse)!.Image.Handle;
            _images.Remove(oldest);
            ForgetWhatBelongsTo(oldest);
        }
    }

    private void ForgetWhatBelongsTo(string image)
    {
        DropRegionsOf(image);
        foreach (VisionSet? set in _sets.Values.Where(set => set.Image == image).ToArray())
        {
            _sets.Remove(set.Handle);
        }

        // Artifacts stay: they are finished files, and whoever asked for one may fetch it later.
    }

    private sealed class ImageEntry(VisionImage image, int number)
    {
        public VisionImage Image { get; } = image;

        public int Number { get; } = number;

        public long LastUse { get; set; }

        public IReadOnlyList<EarlierTurn> Dialogue { get; set; } = [];
    }
}
