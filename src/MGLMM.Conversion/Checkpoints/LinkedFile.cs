namespace MGLMM.Conversion.Checkpoints;

/// <summary>What a path leads to. The hub's cache is made of links, whose own length says nothing of the file.</summary>
internal static class LinkedFile
{
    /// <summary>The file behind every link, or the path's own where it is none; it need not exist.</summary>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public static FileInfo Follow(string path)
    {
        FileInfo file = new(path);
        return file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
    }
}
