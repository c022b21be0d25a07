namespace MGLMM.Orleans.Pictures;

/// <summary>The files of one picture that are being sent, piece by piece, each by a sender of its own. Not thread-safe.</summary>
/// <param name="time">The clock.</param>
/// <param name="patience">A sender that has sent nothing for so long is lost.</param>
internal sealed class ArrivingFiles(TimeProvider time, TimeSpan patience)
{
    private readonly Dictionary<Guid, (byte[] File, long At)> _files = [];

    /// <summary>Files of which a part is here.</summary>
    public int Count => _files.Count;

    /// <summary>Takes a piece.</summary>
    /// <param name="sender">Whose it is.</param>
    /// <param name="offset">Where it begins; 0 begins the file anew.</param>
    /// <param name="length">The whole file's bytes.</param>
    /// <param name="piece">The bytes; they fit the file.</param>
    /// <returns>The file, from now on the caller's, where this was its last piece; else null.</returns>
    /// <exception cref="InvalidOperationException">What comes before it is not here (any more).</exception>
    public byte[]? Take(Guid sender, int offset, int length, byte[] piece)
    {
        DropLost();
        byte[] file = offset == 0 ? new byte[length]
            : _files.TryGetValue(sender, out (byte[] File, long At) begun) && begun.File.Length == length ? begun.File
            : throw new InvalidOperationException("The beginning of the picture is missing: send it from the start.");
        piece.CopyTo(file, offset);
        if (offset + piece.Length == length)
        {
            _files.Remove(sender);
            return file;
        }

        _files[sender] = (file, time.GetTimestamp());
        return null;
    }

    /// <summary>Lets go of what lost senders have sent.</summary>
    public void DropLost()
    {
        foreach (Guid lost in _files.Where(arriving => time.GetElapsedTime(arriving.Value.At) > patience).Select(arriving => arriving.Key).ToArray())
        {
            _files.Remove(lost);
        }
    }

    /// <summary>Lets go of everything.</summary>
    public void Clear() => _files.Clear();
}
