namespace MGLMM.Cli.Output;

/// <summary>Makes ready where results will be written, before minutes are spent on them.</summary>
internal static class OutputPlaces
{
    /// <summary>Makes the folders of files that will be written.</summary>
    /// <param name="files">Their paths; null and standard output need none.</param>
    /// <exception cref="ArgumentException">A folder has that path.</exception>
    public static void MakeFolders(params ReadOnlySpan<string?> files)
    {
        foreach (string? file in files)
        {
            if (file is null or Terminal.StandardOutput)
            {
                continue;
            }

            if (Directory.Exists(file))
            {
                throw new ArgumentException($"'{file}' is a folder. Name a file in it.");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        }
    }
}
