using MGLMM.Masks;
using MGLMM.Samples.OwnModel;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Exports;
using MGLMM.Vision.Results;

// Where files go: the first argument, or a folder beside this program.
string folder = Path.GetFullPath(args.Length > 0 ? args[0] : Path.Combine(AppContext.BaseDirectory, "output"));
using ColourDetector model = new();
VisionToolsetOptions options = new() { OutputFolder = folder, ExportFormats = [.. ExportFormats.BuiltIn, new BoxTable()] };
VisionToolset toolset = new(model, options: options);

// A picture of the host's own.
toolset.AddImage("garden", File.ReadAllBytes(Beside("garden.png")));
Show("open_image", await toolset.OpenImageAsync("garden"));

// Regions that no model found: a mask file, and what a user has drawn around the roof.
VisionRegion sun = toolset.Workspace.AddMaskPng("img1", File.ReadAllBytes(Beside("sun.png")), new HostRegion { Phrase = "the sun", Origin = "mask file sun.png" });
MaskPolygon path = new([new(157, 143), new(242, 82), new(379, 178), new(157, 178)], []);
VisionRegion roof = toolset.Workspace.AddPolygons("img1", [path], PolygonRule.PixelEdges, new HostRegion { Phrase = "the roof", Origin = "drawn by the user" });
Console.WriteLine($"{sun.Handle} has {sun.Mask.Area} pixels, {roof.Handle} has {roof.Mask.Area}.");

// They are as any others: combined, compared, told with their origin, drawn, exported, also in a format of the host's own.
Show("combine_regions", await toolset.CombineRegionsAsync("union", "m1, m2"));
Show("compare_regions", await toolset.CompareRegionsAsync("m1, m2"));
Show("get_regions", await toolset.GetRegionsAsync("img1"));
Show("render_image", await toolset.RenderImageAsync("img1", "m1, m2"));
Show("export_regions", await toolset.ExportRegionsAsync("m1, m2", "coco_rle"));
Show("export_regions", await toolset.ExportRegionsAsync("img1", "box_table"));

// And beside what the model finds.
Show("refer", await toolset.ReferAsync("img1", "the orange things"));
Show("refer", await toolset.ReferAsync("img1", "something purple"));
Console.WriteLine($"The files are in {folder}");

static string Beside(string name) => Path.Combine(AppContext.BaseDirectory, name);

static void Show(string tool, ToolResult result) => Console.WriteLine($"{tool} {result.ToJson()}");
