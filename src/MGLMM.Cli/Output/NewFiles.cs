namespace MGLMM.Cli.Output;

/// <summary>Writes files that are not there yet, all of them or none.</summary>
internal static class NewFiles
{
    /// <summary>Writes.</summary>
    /// <param name="folder">Made where it is not there.</param>
    /// <param name="files">Names below the folder, and bytes.</param>
    /// <param name="cancellationToken">Observed between files; what was written by then is taken away.</param>
    /// <exception cref="ArgumentException">One is there already, or the folder is none; nothing was written.</exception>
    /// <exception cref="IOException">The disk refuses; nothing is left.</exception>
    public static void Write(string folder, IReadOnlyList<(string Name, byte[] Content)> files, CancellationToken cancellationToken)
    {
        if (File.Exists(folder))
        {
            throw new ArgumentException($"{folder} is a file; --output names a folder.");
        }

        string root = Path.GetFullPath(folder);
        List<string> written = new();
        foreach ((string name, _) in files)
        {
            if (Path.Exists(Path.Combine(root, name)))
            {
                throw AlreadyThere(folder, name);
            }
        }

        try
        {
            foreach ((string name, byte[] content) in files)
            {
                cancellationToken.ThrowIfCancellationRequested();
                string path = Path.Combine(root, name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                FileStream stream;
                try
                {
                    // Only creating decides between two at once.
                    stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
                }
                catch (IOException) when (Path.Exists(path))
                {
                    throw AlreadyThere(folder, name);
                }

                written.Add(path);
                using (stream)
                {
                    stream.Write(content);
                }
            }
        }
        catch
        {
            foreach (string path in written)
            {
                File.Delete(path);
            }

            throw;
        }
    }

    private static ArgumentException AlreadyThere(string folder, string name) =>
        new($"{Path.Combine(folder, name)} is there already, and nothing is replaced. Name another folder, or move the file away.");
}
