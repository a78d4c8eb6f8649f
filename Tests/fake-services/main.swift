import FakeServices

FakeServicesProgram.run()
