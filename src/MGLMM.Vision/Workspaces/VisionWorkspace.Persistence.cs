using MGLMM.Vision.Persistence;

namespace MGLMM.Vision.Workspaces;

/// <summary>Saving and loading.</summary>
public sealed partial class VisionWorkspace
{
    private readonly SemaphoreSlim _saving = new(1, 1);
    private readonly Dictionary<string, SaveStamp> _saves = new(StringComparer.Ordinal);
    private IReadOnlyDictionary<string, SavedFile> _savedFiles = new Dictionary<string, SavedFile>();

    /// <summary>Makes a workspace of what was saved.</summary>
    private VisionWorkspace(WorkspaceFolder folder, LoadedWorkspace loaded, WorkspaceLimits limits)
        : this(loaded.Snapshot.Owner, loaded.Snapshot.Conversation, limits)
    {
        WorkspaceSnapshot saved = loaded.Snapshot;
        // Telemetry knows the workspace already.
        lock (_gate)
        {
            _savedFiles = loaded.Files;
            _saves[folder.DocumentPath] = loaded.Stamp;
            (_lastImage, _lastRegion, _lastSet, _lastArtifact, _clock) = (saved.LastImage, saved.LastRegion, saved.LastSet, saved.LastArtifact, saved.Clock);
            foreach (KeptImage kept in saved.Images)
            {
                _images.Add(kept.Image.Handle, new ImageEntry(kept.Image, Handles.NumberOf(kept.Image.Handle, Handles.Image)) { LastUse = kept.LastUse, Dialogue = kept.Dialogue });
            }

            foreach (VisionRegion? region in saved.Regions.OrderBy(region => region.Number))
            {
                _regions.Add(region.Handle, region);
                _regionOrder.Enqueue(region.Handle);
                _maskBytes += BytesOf(region);
            }

            foreach (VisionSet set in saved.Sets)
            {
                _sets.Add(set.Handle, set);
            }

            foreach (VisionArtifact artifact in saved.Artifacts)
            {
                _artifacts.Add(artifact.Handle, artifact);
            }

            foreach ((string name, string text) in saved.Notes)
            {
                _notes.Add(name, text);
            }
        }
    }

    /// <summary>
    /// Saves the workspace as it is at this moment, so that <see cref="LoadAsync"/> gives it back with the same handles, in another
    /// process as well. Other calls may go on meanwhile. Saving again writes only what is new.
    /// </summary>
    /// <remarks>
    /// <c>workspace.json</c> holds the records (masks as COCO run lengths), <c>images/</c> the pixels as PNG and <c>artifacts/</c> the made
    /// files. The save becomes valid in one step at its end: a crash or a cancellation leaves the one before whole. The folder
    /// holds what users showed and asked; protect it like their pictures.
    /// </remarks>
    /// <param name="folder">
    /// A folder that is empty, does not exist yet, or holds the save that this workspace was loaded from or wrote last, which is replaced. Give each
    /// conversation of each owner its own.
    /// </param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="WorkspaceConflictException">The folder holds a save of another owner or conversation, or one that another process wrote since.</exception>
    /// <exception cref="IOException">The folder holds something else, another save into it is under way, or the disk refuses.</exception>
    public async Task SaveAsync(string folder, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        await _saving.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            WorkspaceSnapshot snapshot = Snapshot();
            WorkspaceFolder target = new(folder);
            SaveStamp[] ancestors = [.. _saves.Values];
            (_savedFiles, _saves[target.DocumentPath]) = await Task.Run(
                () => WorkspaceWriter.Save(snapshot, target, _savedFiles, ancestors, WorkspaceSeal.MostBytes(Limits), cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _saving.Release();
        }
    }

    /// <summary>Loads a workspace that was saved, with the same handles; no handle that was ever given in it is given again. Needs no model.</summary>
    /// <remarks>
    /// Owner and conversation come from the file, whose checksum tells damage and careless edits but is no signature. A host with several
    /// users compares <see cref="Owner"/> with who asks, and keeps the folders where only it can write.
    /// </remarks>
    /// <param name="folder">The folder that it was saved to.</param>
    /// <param name="limits">What it may hold; null takes the defaults.</param>
    /// <param name="imageLimits">How large a single picture may be; null takes the defaults.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="WorkspaceFormatException">There is none, it is damaged or was changed, or it holds more than the limits allow.</exception>
    /// <exception cref="IOException">It is saved again and again without a pause, so that it could not be read in half a minute.</exception>
    public static Task<VisionWorkspace> LoadAsync(
        string folder, WorkspaceLimits? limits = null, ImageLimits? imageLimits = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        limits ??= WorkspaceLimits.Default;
        limits.Validate();
        return Task.Run(
            () =>
            {
                WorkspaceFolder source = new(folder);
                return new VisionWorkspace(source, WorkspaceReader.Load(source, limits, imageLimits ?? ImageLimits.Default, cancellationToken), limits);
            },
            cancellationToken);
    }

    private WorkspaceSnapshot Snapshot()
    {
        lock (_gate)
        {
            return new WorkspaceSnapshot
            {
                Owner = Owner,
                Conversation = Conversation,
                LastImage = _lastImage,
                LastRegion = _lastRegion,
                LastSet = _lastSet,
                LastArtifact = _lastArtifact,
                Clock = _clock,
                Images = [.. _images.Values.OrderBy(entry => entry.Number).Select(entry => new KeptImage(entry.Image, entry.LastUse, entry.Dialogue))],
                Regions = [.. _regions.Values.OrderBy(region => region.Number)],
                Sets = [.. _sets.Values.OrderBy(set => set.Number)],
                Artifacts = [.. _artifacts.Values.OrderBy(artifact => artifact.Number)],
                Notes = new Dictionary<string, string>(_notes, StringComparer.Ordinal),
            };
        }
    }
}
