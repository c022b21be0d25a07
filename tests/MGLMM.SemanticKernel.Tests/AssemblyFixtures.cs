
[assembly: AssemblyFixture(typeof(TinyModel))]
