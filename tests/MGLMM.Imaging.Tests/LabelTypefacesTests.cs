namespace MGLMM.Imaging.Tests;

public sealed class LabelTypefacesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-fonts-").FullName;

    /// <summary>Whatever fonts a machine has for a script, they are tried: those that are known first, then all others, each name once.</summary>
    [Fact]
    public void All_fonts_of_a_machine_are_tried_the_known_ones_first()
    {
        string[] names = ["NotoSansThai-Regular.ttf", "SourceHanSans.otf", "Batang.TTC", "DejaVuSans.ttf", "readme.txt", "font.tt2"];
        string deeper = Directory.CreateDirectory(Path.Combine(_folder, "deeper")).FullName;
        Array.ForEach(names, name => File.WriteAllBytes(Path.Combine(_folder, name), []));
        File.WriteAllBytes(Path.Combine(deeper, "DejaVuSans-Bold.ttf"), []);
        Assert.Equal(
            ["DejaVuSans-Bold.ttf", "DejaVuSans.ttf", "Batang.TTC", "NotoSansThai-Regular.ttf", "SourceHanSans.otf"],
            LabelTypefaces.Paths([_folder, deeper, Path.Combine(_folder, "none")]).Select(Path.GetFileName));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
