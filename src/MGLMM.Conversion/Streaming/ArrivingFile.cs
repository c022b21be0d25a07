using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion.Streaming;

/// <summary>
/// A file of tensors that is fetched while it is converted. Its header can be read at once; a read of tensors waits until the file is there. When
/// nothing can go on with it, it is left: what is still needed of it is carried along, and the rest may be deleted.
/// </summary>
internal sealed class ArrivingFile : MappedFile
{
    private readonly ArrivingFiles _files;
    private readonly HeaderReader _readHeader;

    public ArrivingFile(string path, long length, HeaderReader readHeader, string carryPath, ArrivingFiles files)
        : base(System.IO.Path.GetFileName(path), length)
    {
        Path = path;
        CarryPath = carryPath;
        _readHeader = readHeader;
        _files = files;
    }

    /// <summary>Where the checkpoint's folder holds an empty file in its place.</summary>
    public string Path { get; }

    /// <summary>Where what is carried along lies.</summary>
    public string CarryPath { get; }

    // Also where the file is there from the start: its reader counts in the same way in every run.
    public override bool IsOutline => true;

    /// <summary>The file itself, while it is there. Guarded by the lock of <see cref="ArrivingFiles"/>.</summary>
    public MappedFile? Local { get; set; }

    /// <summary>Translates places, where the file is a zip.</summary>
    public ZipPlaces? Places { get; set; }

    /// <summary>What is carried along once the file was left.</summary>
    public CarriedRanges? Carried { get; set; }

    /// <summary>True while its ranges are being copied.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>True while a read of it has to wait.</summary>
    public bool IsAwaited => Carried is null && (Local is null || IsLeaving);

    /// <summary>How often each range is still to be read by a part that has not stored what it made of it.</summary>
    public Dictionary<(long Offset, long Length), int> Needed { get; } = [];

    public override void Read(long offset, Span<byte> destination)
    {
        if (Local is { } local)
        {
            local.Read(offset, destination);
        }
        else
        {
            _readHeader(offset, destination);
        }
    }

    public override void Await() => _files.Await(this);

    public override MappedWindow Map(long offset, long length) => _files.Map(this, offset, length);

    public override void Dispose()
    {
        // The files belong to whoever fetches them.
    }
}
